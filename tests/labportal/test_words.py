"""The check of our English: what it reads, what it refuses and what it only points out (scripts/words.py)."""

import sys

import pytest
from django.conf import settings

sys.path.insert(0, str(settings.BASE_DIR / "scripts"))
import words

PYTHON = [
    'label = _("Looked after by")', 'x = ngettext("Mend it", "Fix them", 2)', 'x = gettext_lazy("It is " "of use")',
    'x = _("""Hello {name},\n\nlook among unwanted mail.""")', 'x = translation.gettext("Settle the talk")',
]  # fmt: skip
TEMPLATES = [
    "<p>{% translate 'Plan them anew' %}</p>", '{% include "a.html" with title=_("Whoever asks") only %}', "<h2>Mend it</h2>",
    "{% blocktranslate trimmed count count=n %}One thing\nstands in the way{% plural %}Two{% endblocktranslate %}",
    '<a href="/" aria-label="Bring in a file">Add</a>', '{% include "a.html" with title="Call off the review" only %}',
]  # fmt: skip


def refused(texts):
    return [fault for _line, text in texts for fault in words.faults(text, words.BANNED)]


@pytest.mark.parametrize("code", PYTHON)
def test_a_banned_word_in_a_text_for_translation_is_refused(code):
    assert refused(words.python_texts(code))


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_banned_word_that_a_template_shows_is_refused(template):
    assert refused(words.template_texts(template))


@pytest.mark.parametrize("code", ['"""Whoever asks."""', 'name = "talk"', 'append(stream, "called off")'])
def test_code_that_nobody_reads_on_a_page_is_left_alone(code):
    assert not refused(words.python_texts(code))


@pytest.mark.parametrize(
    "template",
    ["{# whoever #}", '<div class="talk" id="talk-{{ pk }}">{{ talk.entries }}</div>', '<a href="{% url "talk" %}">Reply</a>',
     "{% comment %}anew{% endcomment %}", '{% include "talk.html" with organisation=person.organisation only %}'],
)  # fmt: skip
def test_names_and_comments_in_a_template_are_left_alone(template):
    assert not refused(words.template_texts(template))


@pytest.mark.parametrize("page", ["Whoever asks.", "| a | plan it anew |", "[Mend it](tour.md)", "![A talk](pictures/a.png)"])
def test_a_banned_word_in_documentation_is_refused(page):
    assert refused(words.document_texts(page))


@pytest.mark.parametrize(
    "page",
    ["Write `again`, not `anew`.", "![Reading](pictures/talk.png)", "```\nprint('anew')\n```", "Run:\n\n    make anew\n\n    make talk\n"],
)
def test_code_and_targets_in_documentation_are_left_alone(page):
    assert not refused(words.document_texts(page))


def test_the_better_word_and_the_line_are_named(tmp_path, monkeypatch, capsys):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "texts.py").write_text('A = 1\nB = _("Plan them anew")\nC = _("Nobody yet")\n')
    monkeypatch.setattr(words, "ROOT", tmp_path)
    assert words.main(["--warnings"]) == 1
    printed = capsys.readouterr().out
    assert "app/texts.py:2: “anew”: write again, new" in printed
    assert "app/texts.py:3: “Nobody”" in printed


def test_a_word_that_is_sometimes_right_is_pointed_out_and_passes(tmp_path, monkeypatch, capsys):
    (tmp_path / "texts.py").write_text('A = _("To whom it was sent")\n')
    monkeypatch.setattr(words, "ROOT", tmp_path)
    assert words.main([]) == 0
    assert "whom 1" in capsys.readouterr().out
