from django.db import models

from acts.personal_data import PRESSING, SOON, WEEK, WRITING, personal


@personal("who", purpose=PRESSING, kept=WEEK)
class Submission(models.Model):
    """One filling-in of a form that has acted, and where it led, or what a script was answered: a second press gets the same."""

    id = models.UUIDField(primary_key=True)
    path = models.CharField(max_length=500)
    who = models.CharField(max_length=64)
    location = models.CharField(max_length=2000, blank=True)
    answer = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="web_submission_age")]

    def __str__(self) -> str:
        return f"{self.path} at {self.at:%Y-%m-%d %H:%M}"


@personal("browser sealed", purpose=WRITING, kept=SOON)
class KeptText(models.Model):
    """A form that arrived without a valid session, encrypted under a key that only its browser holds (web/kept_text.py)."""

    browser = models.CharField(max_length=64)
    writer = models.CharField(max_length=40)
    form = models.CharField(max_length=64)
    sealed = models.BinaryField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["browser", "writer"], name="web_kept_of_browser"),
            models.Index(fields=["at"], name="web_kept_age"),
        ]

    def __str__(self) -> str:
        return f"{self.writer} at {self.at:%Y-%m-%d %H:%M}"


class SearchWord(models.Model):
    """A word that something can be found by, without digits: where a mistyped word is looked up (web/search_words.py).

    Triggers add them as rows are written; a word may stand here more than once, and stays when nothing holds it any more.
    """

    word = models.TextField(db_index=True)

    def __str__(self) -> str:
        return self.word
