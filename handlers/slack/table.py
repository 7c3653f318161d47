"""Everything Socrates hears from Slack, by name; a name that is not here answers that the request has closed."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.desk import Desk
from bot.views.blocks import Message
from bot.views.ids import Action, Callback, Command, Field
from handlers.slack import (
    assigning,
    catalogue,
    chooser,
    commands,
    controls,
    evidence,
    examinations,
    gaps,
    home,
    knowledge,
    ownership,
    people,
    policies,
    questions,
    reviews,
    waivers,
)
from handlers.slack.heard import Chosen, Click, Ordered, Submission

OnEvent = Callable[[Mapping[str, Any], Desk], Awaitable[None]]
OnClick = Callable[[Click, Desk], Awaitable[None]]
# The page that takes the form's place, if any does.
OnSubmission = Callable[[Submission, Desk], Awaitable[dict[str, Any] | None]]
OnCommand = Callable[[Ordered, Desk], Awaitable[Message]]
OnShortcut = Callable[[Chosen, Desk], Awaitable[None]]

EVENTS: dict[str, OnEvent] = {
    "message": questions.on_message,
    "app_mention": questions.on_mention,
    "app_home_opened": home.on_opened,
    "team_join": people.on_person,
    "user_change": people.on_person,
    "app_uninstalled": people.on_locked_out,
    "tokens_revoked": people.on_locked_out,
}
ACTIONS: dict[str, OnClick] = {
    Action.ASK_RELATED: questions.ask_entry,
    Action.DID_YOU_MEAN: questions.ask_entry,
    Action.HELPFUL: questions.rate_helpful,
    Action.NOT_HELPFUL: questions.rate_not_helpful,
    Action.ASK_COMPLIANCE: questions.ask_compliance,
    Action.OPEN_ASK: questions.open_ask,
    Action.OPEN_FOLLOW_UP: questions.open_follow_up,
    Action.OPEN_ANSWER: questions.open_answer,
    Action.ACCEPT_OWNERSHIP: ownership.accept,
    Action.DECLINE_OWNERSHIP: ownership.open_decline,
    Action.OPEN_ASSIGN: ownership.open_assign,
    Action.OPEN_EVIDENCE: evidence.open_upload,
    Action.SHOW_FILE: evidence.show,
    Action.ACCEPT_EVIDENCE: evidence.accept,
    Action.OPEN_REJECT: evidence.open_reject,
    Action.OPEN_NOT_APPLICABLE: waivers.open_not_applicable,
    Action.OPEN_APPROVE_WAIVER: waivers.open_approve,
    Action.OPEN_DECLINE_WAIVER: waivers.open_decline,
    Action.OPEN_WAIVE: waivers.open_waive,
    Action.OPEN_END_WAIVER: waivers.open_end,
    Action.READ_POLICY: policies.read,
    Action.ACKNOWLEDGE_POLICY: policies.acknowledge,
    Action.OPEN_PUBLISH: policies.open_publish,
    Action.ADOPT_ENTRIES: home.adopt_entries,
    Action.APPROVE_PROPOSAL: knowledge.approve,
    Action.OPEN_DECLINE_PROPOSAL: knowledge.open_decline,
    Action.OPEN_OWN_ANSWERS: knowledge.open_own_answers,
    Action.OPEN_EDIT_ANSWER: knowledge.open_edit,
    Action.OPEN_GAP: gaps.open_answer,
    Action.STILL_RIGHT: reviews.still_right,
    Action.READ_ENTRIES: reviews.read,
    Action.OPEN_CHOOSER: chooser.open_form,
    Action.OPEN_CONTROLS: controls.open_list,
    Field.SEARCH: controls.search,
    Action.PREVIOUS_CONTROLS: controls.turn_list,
    Action.NEXT_CONTROLS: controls.turn_list,
    Action.SHOW_CONTROL: controls.show,
    Action.PREVIOUS_HISTORY: controls.turn_history,
    Action.NEXT_HISTORY: controls.turn_history,
    Action.OPEN_RHYTHM: controls.open_rhythm,
    Action.OPEN_ASSIGN_MANY: assigning.open_form,
    Action.ASSIGN_MANY: assigning.assign_all,
    Action.OPEN_CATALOGUE: catalogue.open_list,
    Field.SEARCH_CATALOGUE: catalogue.search,
    Action.PREVIOUS_CATALOGUE: catalogue.turn_list,
    Action.NEXT_CATALOGUE: catalogue.turn_list,
    Action.SHOW_PROPOSED_CONTROL: catalogue.show,
    Action.ADOPT_CONTROL: catalogue.adopt,
    Action.OPEN_EXAMINATIONS: examinations.open_list,
    Action.OPEN_ADD_EXAMINATION: examinations.open_add,
    Action.OPEN_PROPOSED_EXAMINATION: examinations.open_proposed,
    Action.OPEN_CHANGE_EXAMINATION: examinations.open_change,
}
SUBMISSIONS: dict[str, OnSubmission] = {
    Callback.ASK: questions.ask,
    Callback.FOLLOW_UP: questions.ask_follow_up,
    Callback.ANSWER: questions.answer,
    Callback.ASSIGN: ownership.assign,
    Callback.DECLINE: ownership.decline,
    Callback.EVIDENCE: evidence.submit,
    Callback.REJECT: evidence.reject,
    Callback.NOT_APPLICABLE: waivers.say_not_applicable,
    Callback.APPROVE_WAIVER: waivers.approve,
    Callback.DECLINE_WAIVER: waivers.decline,
    Callback.WAIVE: waivers.ask,
    Callback.END_WAIVER: waivers.end,
    Callback.PUBLISH: policies.publish,
    Callback.ANSWER_GAP: gaps.answer,
    Callback.DECLINE_PROPOSAL: knowledge.decline,
    Callback.EDIT_ANSWER: knowledge.edit,
    Callback.CHOOSER: chooser.choose,
    Callback.CONTROLS: controls.submit_search,
    Callback.CATALOGUE: catalogue.submit_search,
    Callback.RHYTHM: controls.change_rhythm,
    Callback.ASSIGN_MANY: assigning.assign,
    Callback.ADD_EXAMINATION: examinations.add,
    Callback.CHANGE_EXAMINATION: examinations.change,
}
COMMANDS: dict[str, OnCommand] = {Command.SOC: commands.soc}
SHORTCUTS: dict[str, OnShortcut] = {Callback.ASK_SHORTCUT: questions.ask_about_message}
