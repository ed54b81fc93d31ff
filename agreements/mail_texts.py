"""What is written to people about agreements, by default (EL-24 to EL-34, EL-63)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import Place, Text

SITE = "https://portal.example.org"
AGREEMENT = f"{SITE}/residencies/XL-2026-014/agreement/"
HASH = "5f1d7a84db3b1a0d7e8c7fca9a6a5a7d3a7f6d2a6b1e4b0c9d8e7f6a5b4c3d2e"
CLAUSE_CHANGED = "4.2 Data was changed.\nIt said:\n> The team keeps data for a year.\nIt says now:\n> The team keeps data for two years."

TITLE = Place("title", _("the title of the agreement"), _("Partnership Agreement"))
ROLE = Place("role", _("in which role they are asked"), "Executive Director")
LINK = Place("signing_link", _("their own link to the agreement"), f"{SITE}/a/their-own-link", needed=True, minted=True)
DAYS = Place("days", _("for how many days the link works"), 30)
MINUTES = Place("minutes", _("how many minutes it takes to read"), 12)
NUMBER = Place("number", _("the number of the version"), 2)
CHANGES = Place("changes", _("each clause that was changed, with its words before and after"), CLAUSE_CHANGED, needed=True)
NOTES = Place(
    "notes",
    _("what becomes of their signature, and which version applies until then; may be empty"),
    "Version 1 stays in force until everyone has signed version 2.",
)
IN_FORCE_ON = Place("day", _("the day on which the last party signed"), "3 March 2026")
FINGERPRINT = Place("hash", _("the fingerprint of the version (SHA-256)"), HASH)
ASKED_ON = Place("since", _("the day on which they were asked"), "3 March 2026")
CODE = Place("signing_code", _("the one-time code"), "314159", needed=True, minted=True)
WHO = Place("who", _("the person it is about"), "Dana Lee")
REASON = Place("reason", _("the reason that was given"), "Our legal branch has to look at section 4 first.", needed=True)
PAGE = Place("link", _("the address of the agreement"), AGREEMENT)
ANSWER_PAGE = Place("link", _("the address where lab operations decide"), f"{AGREEMENT}hand-over/7/", needed=True)
OLD_ADDRESS = Place("old", _("the address before"), "dana.lee@example.org")
NEW_ADDRESS = Place("new", _("the new address"), "dana.lee@gov.example.org", needed=True)
CHANGED_BY = Place("by", _("who at the lab did it or asked for it"), "Noor Castellane")
CONFIRMED_BY = Place("confirmed", _("who confirmed it"), "Saoirse Lindqvist-Rao")
WHY_ADDRESS = Place("reason", _("why the address changes"), "She moved to another ministry.", needed=True)
CONFIRM_PAGE = Place("link", _("the address where it is confirmed"), f"{SITE}/people/address-changes/7/", needed=True)
ADDRESSES = Place(
    "addresses", _("each party with its role and address"), "- Dana Lee, Executive Director: dana.lee@example.org", needed=True
)
TO = Place("to", _("who is to sign instead"), "Ines Okonkwo")
PROPOSER = Place("who", _("who proposes the change"), "Dana Lee, Executive Director")
WHERE_CHANGED = Place("place", _("the clause or section that would change"), "4.2 Data")
KIND = Place("kind", _("what kind of change it is"), _("Change a clause"))
WHY = Place("reason", _("why"), "Two years is what the schedule of records asks for.", needed=True)
CHANGES_PAGE = Place("link", _("the address where changes are decided"), f"{AGREEMENT}amendments/", needed=True)
WORDS = Place("words", _("the words that were proposed"), "The team keeps data for two years.")
REFERENCE = Place("reference", _("the reference of the agreement"), "XL-2026-014-A1")
REFERENCE_ALARM = Place("agreement", _("the reference of the agreement"), "XL-2026-014-A1", needed=True)
MISMATCH = Place(
    "mismatch",
    _("which row doesn't match, and how"),
    "XL-2026-014, stream 14, agreements.signature 31: the row isn't what event 22 recorded",
    needed=True,
)
VOID_ON = Place("day", _("the day since which it is void"), "3 March 2026")
STAYS = Place("signed", _("what stays of a signature, or that the link ended"), _("Your link no longer works."))
SIGNED = Place(
    "signed", _("what they signed and that it stays on record; may be empty"), "What you signed (version 1) stays on record as it was."
)
FILE_FINGERPRINT = Place("file_sha256", _("the fingerprint of the file (SHA-256)"), HASH)
VERIFY = Place("verify", _("the address where anyone can check the file"), f"{SITE}/verify/", needed=True)
TROUBLE = Place("why", _("what keeps the seal"), "No certificate of the lab is installed.")
SEAL_PAGE = Place("link", _("the address of the seal"), f"{AGREEMENT}versions/2/seal/", needed=True)
WHERE = Place("where", _("the clause that is talked about"), _("clause 4.2"))
NEWS = Place(
    "news",
    _("what was said since the last message"),
    "Dana Lee asked on 3 March 2026, 2:30 p.m. Pacific:\n> Does this cover backups?",
    needed=True,
    minted=True,
)
THREAD_PAGE = Place("link", _("the address of the discussion"), f"{AGREEMENT}alignment/4.2/", needed=True)

SIGNED_AT = Place("moment", _("when they signed"), "3 March 2026, 2:31:07 p.m. Pacific")
STANDING = Place("standing", _("how many have signed, and whether it is in force"), "Not in force yet: 3 of 7 have signed.", needed=True)
EVIDENCE = Place("evidence", _("the fingerprint of the signature’s record (SHA-256)"), HASH)
WHY_YOU = Place(
    "why_you",
    _("for a delegate: who they sign for, who confirmed it and what it means; may be empty"),
    "You are asked in place of Dana Lee, who handed this over to you. Noor Castellane of the lab confirmed it on 3 March 2026.",
)

TEXTS = (
    Text(
        "agreement-invitation",
        _("Please read and sign: {title} for {about}"),
        _(
            """Hello {name},

The {title} for {about} is ready. You are asked to sign it as: {role}.

{why_you}

Open it here, on a phone or a computer. You need no account:
{signing_link}

Reading takes about {minutes} minutes, signing one more. You can stop at any time and come back with the same link.

The link is for you alone. Please do not forward it: anyone who has it can open the agreement in your name.

It works for {days} days; after that the page offers you a new one.

If anything is unclear, or if someone else should have received this, reply to this email before you sign.

{lab}"""
        ),
        (TITLE, ROLE, WHY_YOU, DAYS, MINUTES, LINK),
        wording="sign",
        when=_("to a party who signs"),
    ),
    Text(
        "agreement-invitation",
        _("For your information: {title} for {about}"),
        _(
            """Hello {name},

The {title} for {about} has gone out to be signed. You are kept informed as: {role}. You do not need to sign.

Read it here, on a phone or a computer. You need no account:
{signing_link}

The link is for you alone. Please do not forward it. It works for {days} days.

If you have a question, answer this message.

{lab}"""
        ),
        (TITLE, ROLE, DAYS, MINUTES, LINK),
        wording="inform",
        when=_("to a person who is kept informed"),
    ),
    Text(
        "agreement-invitation",
        _("Changed, please sign again: {title} for {about}"),
        _(
            """Hello {name},

The {title} for {about} was changed. It is now version {number}. You are asked to sign it as: {role}.

{why_you}

{notes}

Open it here, on a phone or a computer. You need no account:
{signing_link}

You read only the sections that changed. What you marked as read before stays marked.

The link is for you alone. Please do not forward it. It works for {days} days; after that the page offers you a new one.

What changed:

{changes}

If anything is unclear, answer this message before you sign.

{lab}"""
        ),
        (TITLE, ROLE, WHY_YOU, DAYS, MINUTES, LINK, NUMBER, CHANGES, NOTES),
        wording="sign-next",
        when=_("to a party who signs, after a change"),
    ),
    Text(
        "agreement-invitation",
        _("Changed: {title} for {about}"),
        _(
            """Hello {name},

The {title} for {about} was changed. It is now version {number}. You are kept informed as: {role}. You do not need to sign.

{notes}

Read it here, on a phone or a computer. You need no account:
{signing_link}

The link is for you alone. Please do not forward it. It works for {days} days.

What changed:

{changes}

If you have a question, answer this message.

{lab}"""
        ),
        (TITLE, ROLE, DAYS, MINUTES, LINK, NUMBER, CHANGES, NOTES),
        wording="inform-next",
        when=_("to a person who is kept informed, after a change"),
    ),
    Text(
        "agreement-receipt",
        _("You signed: {title} for {about}"),
        _(
            """Hello {name},

You signed the {title} for {about}, version {number}, as: {role}. This is your receipt.

Signed: {moment}
{standing}

Your copy, as a PDF of what has been signed so far, is here:
{signing_link}

It carries no seal yet. When the last person has signed, the agreement is in force and you get the sealed PDF.

Fingerprint of the words you signed (SHA-256):
{hash}

Fingerprint of the record of your signature (SHA-256):
{evidence}

If you didn’t sign this, reply to this message right away.

{lab}"""
        ),
        (TITLE, ROLE, NUMBER, SIGNED_AT, STANDING, LINK, FINGERPRINT, EVIDENCE),
    ),
    Text(
        "agreement-in-force",
        _("In force: {title} for {about}"),
        _(
            """Hello {name},

Everyone who had to sign has signed. The {title} for {about} is in force since {day}.

The link in your earlier mail still opens it, to read and to print, until it expires.

Version {number} has this fingerprint (SHA-256). Each copy of it shows the same one:
{hash}

Thank you for reading it with care.

{lab}"""
        ),
        (TITLE, IN_FORCE_ON, FINGERPRINT, NUMBER),
    ),
    Text(
        "agreement-unsigned",
        _("Your signature is missing: {title} for {about}"),
        _(
            """Hello {name},

On {since} we asked you to sign the {title} for {about} as: {role}. Your signature is still missing.

Open it here, on a phone or a computer. You need no account:
{signing_link}

The link is for you alone. Please do not forward it. It works for {days} days.

If you can’t sign, or if someone else should, reply to this email.

{lab}"""
        ),
        (TITLE, ROLE, ASKED_ON, DAYS, LINK),
    ),
    Text(
        "agreement-code",
        _("Your code to sign: {title} for {about}"),
        _(
            """Hello {name},

Your code to sign the {title} for {about}:

{signing_code}

Type it on the page where you asked for it. It works for ten minutes, once, and in that browser only.

If you didn’t ask for it, someone else may have your link. Do not share the code, and reply to this email.

{lab}"""
        ),
        (TITLE, CODE),
    ),
    Text(
        "agreement-declined",
        _("Declined: {title} for {about}"),
        _(
            """Hello {name},

{who} has declined to sign the {title} for {about} as: {role}.

The reason they gave:
{reason}

The agreement can't come into force without this signature. You can contact them, invite them again, or name another person:
{link}

{lab}"""
        ),
        (TITLE, WHO, ROLE, REASON, PAGE),
        wording="lab",
        when=_("to the lab"),
    ),
    Text(
        "agreement-declined",
        _("Declined: {title} for {about}"),
        _(
            """Hello {name},

You have signed the {title} for {about}. {who}, who was asked to sign as {role}, has declined.

The reason they gave:
{reason}

Your signature stays as it is. You don’t need to do anything now. The lab will contact them, and we’ll email you if the words change.

{lab}"""
        ),
        (TITLE, WHO, ROLE, REASON),
        wording="signers",
        when=_("to the parties who have signed"),
    ),
    Text(
        "agreement-hand-over",
        _("Change of signer requested: {about}"),
        _(
            """Hello {name},

{who} is asked to sign the {title} for {about} as: {role}. They ask that {to} sign instead.

The reason they gave:
{reason}

Look at it, then say yes or no:
{link}

{lab}"""
        ),
        (TITLE, WHO, ROLE, TO, REASON, ANSWER_PAGE),
        when=_("asked for by the party"),
    ),
    Text(
        "agreement-hand-over",
        _("Confirm who signs for {about}"),
        _(
            """Hello {name},

{by} asks that {to} signs the {title} for {about} in place of {who}, as: {role}.

The reason they gave:
{reason}

A second person at the lab has to confirm it. Ask {who}, or their office, before you do:
{link}

{lab}"""
        ),
        (TITLE, CHANGED_BY, WHO, ROLE, TO, REASON, ANSWER_PAGE),
        wording="lab",
        when=_("asked for by the lab"),
    ),
    Text(
        "agreement-hand-over-answer",
        _("Handed over: {title} for {about}"),
        _(
            """Hello {name},

The lab has said yes: {to} signs the {title} for {about} in your place, as: {role}.

There is nothing more for you to do. The links that we sent you no longer open it.

{lab}"""
        ),
        (TITLE, ROLE, TO),
        wording="yes",
        when=_("the lab said yes"),
    ),
    Text(
        "agreement-hand-over-answer",
        _("You are still asked to sign: {title} for {about}"),
        _(
            """Hello {name},

You asked that {to} signs the {title} for {about} in your place, as: {role}. The lab has said no.

Why:
{reason}

You are still asked to sign. The link in your earlier mail opens the agreement. If that does not suit you, answer this message.

{lab}"""
        ),
        (TITLE, ROLE, TO, REASON),
        wording="no",
        when=_("the lab said no"),
    ),
    Text(
        "agreement-replaced",
        _("No longer asked of you: {title} for {about}"),
        _(
            """Hello {name},

You were asked to sign or to read the {title} for {about} as: {role}. The lab has asked someone else to do that instead of you.

There is nothing more for you to do. The links we sent you no longer open it, and no new one will come. If you think this is a mistake, answer this message.

{lab}"""
        ),
        (TITLE, ROLE),
    ),
    Text(
        "agreement-wrong-person",
        _("A link reached the wrong person: {about}"),
        _(
            """Hello {name},

Someone opened a link to the {title} for {about} and reported that it isn’t theirs. The link was sent to {who}, as: {role}.

Check the address and contact them. Then end the invitation, or keep it:
{link}

{lab}"""
        ),
        (TITLE, WHO, ROLE, ANSWER_PAGE),
    ),
    Text(
        "agreement-address-changed",
        _("Your email address was changed: {about}"),
        _(
            """Hello {name},

You are asked to sign the {title} for {about}, or have signed it. The lab has changed the address to which it sends your messages.

From: {old}
To: {new}
Changed by: {by}
Confirmed by: {confirmed}

Links sent to this address no longer open the agreement. If you did not expect this, tell the lab at once.

{lab}"""
        ),
        (TITLE, OLD_ADDRESS, NEW_ADDRESS, CHANGED_BY, CONFIRMED_BY),
        wording="party",
        when=_("to the old address"),
    ),
    Text(
        "agreement-address-changed",
        _("Address changed: {who}, {about}"),
        _(
            """Hello {name},

The email address of {who}, a party to the {title} for {about}, was changed.

From: {old}
To: {new}
Changed by: {by}
Confirmed by: {confirmed}

Open links of {who} have ended. Check the new address, then send a new link:
{link}

{lab}"""
        ),
        (TITLE, WHO, OLD_ADDRESS, NEW_ADDRESS, CHANGED_BY, CONFIRMED_BY, PAGE),
        wording="lab",
        when=_("to the lab"),
    ),
    Text(
        "agreement-address-asked",
        _("Confirm a new email address: {who}"),
        _(
            """Hello {name},

{by} asks to change the email address of {who}, who is asked to sign an agreement.

From: {old}
To: {new}
Reason: {reason}

A second person at the lab has to confirm it. Ask {who} by phone or at the old address before you do:
{link}

{lab}"""
        ),
        (WHO, OLD_ADDRESS, NEW_ADDRESS, CHANGED_BY, WHY_ADDRESS, CONFIRM_PAGE),
    ),
    Text(
        "agreement-sent-out",
        _("Sent for signature: {title} for {about}"),
        _(
            """Hello {name},

{by} has sent version {number} of the {title} for {about} to its parties. Links went to these addresses:

{addresses}

If an address is wrong, tell the lab at once: anyone who reads that mailbox could sign.
{link}

{lab}"""
        ),
        (TITLE, CHANGED_BY, NUMBER, ADDRESSES, PAGE),
    ),
    Text(
        "agreement-amendment-proposed",
        _("A change is proposed: {title} for {about}"),
        _(
            """Hello {name},

{who} proposes a change to the {title} for {about}.

Where: {place} ({kind})
Why: {reason}

See what differs, then accept or reject it:
{link}"""
        ),
        (TITLE, PROPOSER, WHERE_CHANGED, KIND, WHY, CHANGES_PAGE),
    ),
    Text(
        "agreement-amendment-decided",
        _("Your change was accepted: {about}"),
        _(
            """Hello {name},

You proposed a change to the {title} for {about}: {place}.

It was accepted. It is part of version {number}, which everyone is asked to sign.

Why: {reason}

{lab}"""
        ),
        (TITLE, WHERE_CHANGED, WHY, NUMBER),
        wording="accepted",
        when=_("accepted"),
    ),
    Text(
        "agreement-amendment-decided",
        _("Your change was not taken up: {about}"),
        _(
            """Hello {name},

You proposed a change to the {title} for {about}: {place}.

It was not taken up. The words stay as they are.

Why: {reason}

If that does not settle it, answer this message before you sign.

{lab}"""
        ),
        (TITLE, WHERE_CHANGED, WHY),
        wording="rejected",
        when=_("not taken up"),
    ),
    Text(
        "agreement-amendment-decided",
        _("Your change was overtaken: {about}"),
        _(
            """Hello {name},

You proposed a change to the {title} for {about}: {place}.

It can no longer be taken up as you wrote it. {reason}

If you still want it, read what the agreement says now and propose it again. These were your words:

{words}

{lab}"""
        ),
        (TITLE, WHERE_CHANGED, WHY, WORDS),
        wording="overtaken",
        when=_("overtaken by another change"),
    ),
    Text(
        "agreement-amended",
        _("Changed: {title} for {about}"),
        _(
            """Hello {name},

The {title} for {about} was changed. It is now version {number}.

{notes}

Others sign it first. When it is your turn, you get a message with a link.

What changed:

{changes}

If anything is unclear, answer this message.

{lab}"""
        ),
        (TITLE, NUMBER, CHANGES, NOTES),
    ),
    Text(
        "agreement-voided",
        _("Void: {title} for {about}"),
        _(
            """Hello {name},

The {title} for {about} ({reference}) has been void since {day}. It is not in force, and no more signatures are needed.

Why: {reason}

{signed}

You need do nothing. The link in your earlier mail still opens it, to read, until it expires. If a new agreement is made, you get a new message.

{lab}"""
        ),
        (TITLE, REFERENCE, VOID_ON, WHY, SIGNED),
    ),
    Text(
        "agreement-closed",
        _("Nothing left to sign: {title} for {about}"),
        _(
            """Hello {name},

You don't need to sign version {number} of the {title} for {about}. It is closed and can no longer be signed.

Why: {reason}

{signed}

{lab}"""
        ),
        (TITLE, NUMBER, WHY, STAYS),
    ),
    Text(
        "agreement-copy",
        _("Your copy: {title} for {about}"),
        _(
            """Hello {name},

Your copy of the {title} for {about} is ready. It is one PDF: the agreement, the certificate of all signatures, and the lab's digital seal, which shows any later change.

Open it with this link, which is for you alone:
{signing_link}

Please keep the file. Its fingerprint (SHA-256) is
{file_sha256}

Anyone who has the file can check it here:
{verify}

{lab}"""
        ),
        (TITLE, FILE_FINGERPRINT, VERIFY, LINK),
        wording="linked",
        when=_("with a link"),
    ),
    Text(
        "agreement-copy",
        _("Your copy: {title} for {about}"),
        _(
            """Hello {name},

Your copy of the {title} for {about} is ready. It is one PDF: the agreement, the certificate of all signatures, and the lab's digital seal, which shows any later change.

Ask us for it by answering this message.

Please keep the file. Its fingerprint (SHA-256) is
{file_sha256}

Anyone who has the file can check it here:
{verify}

{lab}"""
        ),
        (TITLE, FILE_FINGERPRINT, VERIFY),
        wording="on-request",
        when=_("to a person without a link"),
    ),
    Text(
        "agreement-seal-waits",
        _("The seal is waiting: {title} for {about}"),
        _(
            """Hello {name},

The {title} for {about} is in force, and its sealed PDF can't be made yet. Nothing is lost: we go on trying.

Why:
{why}

What you can do about it:
{link}

{lab}"""
        ),
        (TITLE, TROUBLE, SEAL_PAGE),
    ),
    Text(
        "records-altered",
        _("ALARM: a record of {agreement} doesn't match the ledger"),
        _(
            """Hello {name},

A record of the agreement {agreement} was changed, added or removed outside the portal, in its database. Until it is resolved the portal doesn't show or seal this agreement.

What doesn't match:
{mismatch}

What to do now:
1. Tell your security contact. Don't correct the row: it is evidence.
2. Find out who could write to the database since the last backup.
3. Run “manage.py verify_ledger --against” with the last exported heads, and “manage.py verify_records”.
4. Restore the row from the backup. The agreement can be read again as soon as it matches.

{lab}"""
        ),
        (REFERENCE_ALARM, MISMATCH),
    ),
    Text(
        "agreement-discussion",
        _("New on {where}: {title} for {about}"),
        _(
            """Hello {name},

There is news on {where} of the {title} for {about}:

{news}

Read it and answer here. You need no account:
{signing_link}

The link is for you alone. Please do not forward it.

{lab}"""
        ),
        (TITLE, WHERE, NEWS, LINK),
        wording="party",
        when=_("to a party"),
    ),
    Text(
        "agreement-discussion",
        _("New on {where}: {title} for {about}"),
        _(
            """Hello {name},

There is news on {where} of the {title} for {about}:

{news}

Read it and answer:
{link}

{lab}"""
        ),
        (TITLE, WHERE, NEWS, THREAD_PAGE),
        wording="lab",
        when=_("to the lab"),
    ),
)
