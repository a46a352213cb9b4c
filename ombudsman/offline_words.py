"""What the script of the offline page says, in the language of the page. Roof; pure words."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _


def words() -> dict[str, Any]:
    """By key, and `days`: how a day of each month is written (22nd, year 1111), for browsers that know no Kazakh;
    `@` stands for a number, a date or a place that the device puts in."""
    return {
        "days": [date_format(date(1111, month, 22), "DATE_FORMAT") for month in range(1, 13)],
        # Faults, by the code of the store's error.
        "wrong": _("These words open nothing here. Compare each with the paper."),
        "none": _("Nothing is kept on this device."),
        "exists": _("This device is prepared for you already. Type the six words of that time."),
        "locked": _("Locked meanwhile. Type the six words again."),
        "full": _("The device has no room left. Nothing was lost: free some room, then do it once more."),
        "other": _("This file belongs to another person."),
        "unavailable": _(
            "This window may keep nothing, perhaps because it is private. Open the page in an ordinary window."
        ),
        "newer": _("This was written by a newer version. Load this page once with a network; nothing was touched."),
        "damaged": _("This cannot be read completely. Nothing was changed."),
        "broken": _("This did not work. Nothing was lost; load the page again."),
        "differ": _("These are not the words that were shown. Compare each with the paper."),
        # Where we are.
        "offline": _("No connection"),
        "opening": _("Opening"),
        # Taking along.
        "sign_in": _("Sign in first, then press “Take along” once more."),
        "sign_in_link": _("Sign in"),
        "no_network": _("There is no connection. A visit is taken along while there is one."),
        "someone_else": _(
            "This store belongs to another person than the one who is signed in. Nothing was taken along or sent."
        ),
        "taking": _("Taking along"),
        "taken": _("Taken along: @. It opens without a network until the day below."),
        "not_documents": _(
            "The visit is here, but not every page that it needs without a network. Take it along once more with a connection."
        ),
        "kept": _(
            "Kept here, encrypted: the team’s answers and findings, earlier findings, open recommendations,"
            " the names of the team and of the institution. Not kept: talks of others, other visits, passwords."
        ),
        # Visits.
        "fill": _("Fill the checklist"),
        "until": _("kept until @"),
        "again": _("Take along anew"),
        "drop": _("Remove from this device"),
        "dropped": _("Removed from this device: @."),
        "drop_waits": _("It has unsent work. Send it or save the rescue file first."),
        # What waits.
        "answer": _("Answers"),
        "finding": _("Findings"),
        "rating": _("Ratings of sections"),
        "concern": _("A child is at risk"),
        "finish": _("Request to submit"),
        "talk": _("Talks"),
        "draft": _("Begun, not finished"),
        "way": _("On the way, not confirmed yet"),
        "faulty": _("Needs a correction"),
        "rescued": _("From a rescue file, differs from what stands"),
        # Sending.
        "sending": _("Sending"),
        "sent": _("Sent and confirmed."),
        "nothing": _("Nothing waits."),
        "busy": _("Another window is sending."),
        "send_offline": _("No connection. It stays here and waits."),
        "send_sign_in": _("Sign in; it stays here until then."),
        "no_receipt": _("The server has not confirmed it. It stays here and waits."),
        "refused": _("The server did not take it: @. It stays here."),
        # Warnings.
        "old": _("Something on this device has been unsent since @. Send it today or save the rescue file."),
        "old_locked": _(
            "Something on this device has been unsent since @. Open it and send it, or save the rescue file."
        ),
        "ends_week": _("The copy of @ ends in a week. Send what waits, or take it along anew."),
        "ends_soon": _("The copy of @ ends in three days. Send what waits, or take it along anew."),
        "ends_today": _("The copy of @ ends within a day. Send what waits now, or save the rescue file."),
        "ended": _(
            "The copy of @ has ended, but has unsent work. Send it now or save the rescue file; then it is erased."
        ),
        "expired": _("The copy of @ has ended and was erased. Everything had been sent."),
        "expired_store": _("What was kept here has ended and was erased. Nothing was unsent."),
        "withdrawn": _("The visit @ is closed or you are no longer on its team. It was erased from this device."),
        "withdrawn_waits": _(
            "The visit @ is closed or you are no longer on its team. Send what waits; then it is erased."
        ),
        "closed": _("The account of this store was closed. Everything of it was erased from this device."),
        # The device.
        "persists": _("Yes. The browser has promised to keep it until you clear it."),
        "may_vanish": _(
            "Not certain. The browser may delete it when the device runs out of room. Send often; save a rescue file."
        ),
        "room": _("@ used, @ free"),
        "room_unknown": _("The browser does not say."),
        # Rescue file.
        "rescued_file": _("The rescue file was saved. Its name ends in .voice."),
        "no_file": _("Choose the file."),
        "restored": _("Loaded. New: @. Already here: @. Kept beside, because it differs: @."),
        # Clearing.
        "clear_open": _("Erases everything that you took along on this device, with its key."),
        "clear_locked": _("Erases everything that anybody took along on this device. It need not be opened for that."),
        "clear_sure": _("Nothing here is unsent. It can be taken along again."),
        "clear_loss": _("This would be lost for ever: @ unsent since @. Save the rescue file first, if there is time."),
        "cleared": _("This device is clear. Nothing of a visit is on it any more."),
    }
