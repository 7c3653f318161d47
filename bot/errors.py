"""The reasons for which a person's request is refused, one class each.

Each has one sentence for the person; ``field`` names the input of a form at which to show it.
The edges turn these into words on the screen. Any other exception is our own fault, and the person sees its id.
"""


class Refusal(Exception):
    """Nothing was changed; ``str(self)`` tells the person why."""

    sentence = "This cannot be done."

    def __init__(self, sentence: str | None = None, *, field: str | None = None) -> None:
        super().__init__(sentence or self.sentence)
        self.field = field


class NotAMember(Refusal):
    sentence = "Only full members of this workspace can do this. Guests, bots and outside accounts cannot."


class NotALead(Refusal):
    sentence = "Only a compliance lead can do this."


class NotTheOwner(Refusal):
    sentence = "Only the owner of this control can do this."


class NotTheAsker(Refusal):
    sentence = (
        "Only the person who asked can pass this question on. Ask me yourself, and you get your own buttons."
    )


class NotOnTheRoster(Refusal):
    sentence = "You were not asked to acknowledge this version."


class AlreadyDone(Refusal):
    sentence = "This is already recorded."


class RequestClosed(Refusal):
    sentence = "This request has closed. Open my Home tab to see what is waiting for you."


class SelfReview(Refusal):
    sentence = "You submitted this, so somebody else has to review it."


class NotYetViewed(Refusal):
    sentence = "Press “Show file” first. A review counts only after the file was opened."


class NotYetRead(Refusal):
    sentence = "Press “Read statement” first. A review counts only after the statement was read."


class SelfApproval(Refusal):
    sentence = "You proposed this, so another lead has to decide."


class NobodyToAsk(Refusal):
    sentence = "Nobody leads compliance in this workspace yet, so there is nobody to pass the question to."


class UnknownPerson(Refusal):
    sentence = "Nobody in this workspace is known by this e-mail or Slack id."


class NoSuchControl(Refusal):
    sentence = "I do not know this control."


class SamePerson(Refusal):
    sentence = "Owner and backup must be two people."


class CannotOwn(Refusal):
    sentence = "This person cannot own a control: only full, active members can."


class ReportFails(Refusal):
    sentence = "The report does not add up, so I do not give one."


class NothingChanged(Refusal):
    sentence = "Nothing differs from how it is now, so nothing was changed."


class NothingChosen(Refusal):
    sentence = "Nothing fits what you chose, so nothing was changed."


class TooMany(Refusal):
    sentence = "These are too many at once."


class UnclearPerson(Refusal):
    sentence = "I cannot tell who is meant. Mention the person, such as @Ada."


class BadDays(Refusal):
    sentence = "Please give a whole number of days from 0 to 90."


class BadExamination(Refusal):
    sentence = "These dates and categories do not make an examination."


class BadEvent(Refusal):
    sentence = "These words do not make an event."


class NothingToSample(Refusal):
    sentence = "There is nothing to sample yet."


class NoSuchExamination(Refusal):
    sentence = "I do not know this examination."


class UnclearExamination(Refusal):
    sentence = "Please say which examination is meant."


class BadSeed(Refusal):
    sentence = "A seed is a number of at most 20 digits."


class BadLeave(Refusal):
    sentence = "These days do not make a leave."


class EmptyAnswer(Refusal):
    sentence = "Please write an answer."


class EmptyQuestion(Refusal):
    sentence = "Please write a question."


class AnswerTooLong(Refusal):
    sentence = (
        "This is too long to be shown as an answer. Begin with a paragraph of one or two sentences, leave a "
        "line blank, and keep what follows short."
    )


class ReasonMissing(Refusal):
    sentence = "Please give a reason, so that the other side knows what to do."


class BadDate(Refusal):
    sentence = "Please give the day on which the control was performed; it cannot be in the future."


class FileMissing(Refusal):
    sentence = "Please attach a file."


class FileTooLarge(Refusal):
    sentence = "This file is larger than 10 MB. Please upload a smaller one."


class BadListing(Refusal):
    sentence = "Please say how many items the listing has, where it comes from, and when it was produced."


class PeriodNotOver(Refusal):
    sentence = "The period is not over yet."
