from django.db import models

from acts.personal_data import PRESSING, SOON, WEEK, WRITING, personal


@personal("who", purpose=PRESSING, kept=WEEK)
class Submission(models.Model):
    """A form that was sent and carried out an act, and the address or answer it led to, so that sending it again gets the same."""

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
    """A form that arrived without a valid session, encrypted with a key that only its browser has (web/kept_text.py)."""

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
    """A word without digits that something can be found by; mistyped words are looked up here (web/search_words.py).

    Triggers add words as rows are written. A word can be here more than once, and stays when nothing contains it any more.
    """

    word = models.TextField(db_index=True)

    def __str__(self) -> str:
        return self.word
