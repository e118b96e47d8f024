"""Who may ask for what, written down by hand: an oracle that knows nothing of the policy table.

One letter for each role: **c**oordinator, case **m**anager, insurer's **r**eviewer, **f**acility
contact, **p**atient, compa**n**ion, **a**uditor, a**d**ministrator. ``*`` is anybody, known or not.
A capital letter: granted, but nothing of the case in question is within reach.
"""

from __future__ import annotations

from typing import Final

ANYBODY: Final = "*"
_USERS: Final = "cmrfpnad"
_OPERATOR: Final = "cm"
_CLAIMANT: Final = "cmp"

EXPECTED: Final = {
    # cases
    "cases.list_page": "cmrpn",
    "cases_rest.list_all_cases": "cmrpn",
    "cases.case_page": "cmrpD",
    "cases_rest.get_one_case": "cmrpD",
    "cases.new_case_page": _OPERATOR,
    "cases.create_case": _OPERATOR,
    "cases_rest.create_case": _OPERATOR,
    "cases.visit_page": _OPERATOR,
    "cases.change_visit": _OPERATOR,
    "cases_rest.put_visit": _OPERATOR,
    "members.members_page": _OPERATOR,
    "members.add": _OPERATOR,
    "members.issue": _OPERATOR,
    "members.remove": _OPERATOR,
    "access_report.report_page": "cmp",
    "access_report.report_file": "cmp",
    "exports_rest.export_case": _OPERATOR,
    "overrides.erasure_page": "m",
    "overrides.ask_for_erasure": "m",
    # plans and itineraries
    "cases.plan_case": _OPERATOR,
    "plans_rest.plan_case": _OPERATOR,
    "plans_rest.list_case_plans": "cmrD",
    "plans.plan_page": "cmrD",
    "plans_rest.get_one_plan": "cmrD",
    "plans.coverage_page": "cmrD",
    "plans_rest.get_plan_coverage": "cmrD",
    "plans_rest.get_progress": "cmrD",
    "plans_rest.get_plan_problem": _OPERATOR,
    "why_not.why_not_page": _OPERATOR,
    "plans_rest.why_not": _OPERATOR,
    "plans.cancel_plan": _OPERATOR,
    "plans_rest.cancel_plan": _OPERATOR,
    "plans.accept": _OPERATOR,
    "plans_rest.accept": _OPERATOR,
    "itineraries.itinerary_page": "cmrpnD",
    "itineraries_rest.get_itinerary_document": "cmrpnD",
    # Who pays what is hidden from companions.
    "itineraries.coverage_page": "cmrpND",
    "itineraries_rest.get_itinerary_coverage": "cmrpND",
    "itineraries_rest.get_itinerary_calendar": "cmrpnD",
    "itineraries_rest.get_itinerary_pdf": "cmrpnD",
    # claims
    "claims.list_page": "cmrp",
    "claims_rest.list_case_claims": "cmrp",
    "claims.open_claim": _CLAIMANT,
    "claims_rest.open_claim": _CLAIMANT,
    "claims_rest.get_one_claim": "cmrp",
    "claims_rest.file_one_claim": _CLAIMANT,
    "claims.claim_page": "cmrp",
    "claims.file": _CLAIMANT,
    "claims.take_back": _CLAIMANT,
    "claims.withdraw": _CLAIMANT,
    "claim_expenses.new_page": _CLAIMANT,
    "claim_expenses.add": _CLAIMANT,
    "claim_expenses.expense_page": _CLAIMANT,
    "claim_expenses.change": _CLAIMANT,
    "claim_expenses.remove": _CLAIMANT,
    "claim_receipts.send": _CLAIMANT,
    "claim_receipts.receipt_file": "cmrp",
    "claim_receipts.remove": _CLAIMANT,
    # facilities
    "facilities.list_page": "cmrf",
    "facilities.facility_page": "cmrf",
    "facilities_rest.list_all_facilities": "cmrf",
    "facilities_rest.get_one_facility": "cmrf",
    "facilities_rest.list_some_specialists": "cmrf",
    "slots_rest.list_slots": "cmf",
    "slots_rest.offer": "cmf",
    "facilities.offer": "cmf",
    # claims
    "claim_decisions.queue_page": "mr",
    "claim_decisions.decision_page": "cmrp",
    "claim_decisions.decide": "mr",
    "claim_decisions.set_condition_aside": "mr",
    "claim_decisions.reopen": "mr",
    # There is no decision of that number: what is within reach is not told from what is not.
    "claim_decisions.letter": "CMRP",
    "member_coverage.coverage_page": "cmrp",
    # coverage policies
    "policies.list_page": "cmrad",
    "policies.new_page": "r",
    "policies.create": "r",
    "policies.policy_page": "cmrad",
    "policies.save": "r",
    "policies.ask_force": "r",
    "policy_trials.try_page": "cmr",
    "policy_trials.try_typed": "cmr",
    "policy_trials.keep": "r",
    "policy_trials.remove": "r",
    "policy_trials.compare_page": "cmr",
    "policy_trips.accepted_page": "r",
    "coverage_rest.list_all_policies": "cmrad",
    "coverage_rest.get_one_policy": "cmrad",
    "coverage_rest.check_policy": "cmr",
    "coverage_rest.decide_coverage": "cmr",
    # accounts
    "account.account_page": _USERS,
    "account.change_own_password": _USERS,
    "account.second_factor_page": _USERS,
    "account.confirm_second_factor": _USERS,
    "account.change_second_factor": _USERS,
    "account.end_session": _USERS,
    "account.end_sessions": _USERS,
    "account.make_own_token": "cmrd",
    "account.revoke_own_token": "cmrd",
    "about.permissions_page": _USERS,
    "users.list_page": "d",
    "users.create_user": "d",
    "users.user_page": "d",
    "users.activate": "d",
    "users.reset_users_password": "d",
    "users.reset_users_second_factor": "d",
    "users.change_roles": "d",
    "users.suspend": "d",
    # watching over the service
    "jobs.list_page": "cmd",
    "jobs.cancel": _OPERATOR,
    "jobs.retry": _OPERATOR,
    "audit.list_page": "a",
    "audit.entry_page": "a",
    "audit.check_page": "a",
    # exceptions
    "overrides.glass_page": "d",
    "overrides.open_by_force": "d",
    "overrides.approvals_page": "cmrad",
    "overrides.decide_approval": "mRd",
    # open to anybody
    "login.login_page": ANYBODY,
    "login.log_in_with_password": ANYBODY,
    "login.log_in_as_demo": ANYBODY,
    "login.begin_outside_login": ANYBODY,
    "login.finish_outside_login": ANYBODY,
    "login.second_factor_page": ANYBODY,
    "login.check_second_factor": ANYBODY,
    "login.new_second_factor_page": ANYBODY,
    "login.confirm_new_second_factor": ANYBODY,
    "login.log_out_here": ANYBODY,
    "login.welcome_page": ANYBODY,
    "login.set_first_password": ANYBODY,
    "link.link_page": ANYBODY,
    "link.redeem": ANYBODY,
    "about.about_page": ANYBODY,
    "about.problems_page": ANYBODY,
    "reference.reference_page": ANYBODY,
    "openapi": ANYBODY,
    "static": ANYBODY,
    "health.get_health": ANYBODY,
    "health.get_readiness": ANYBODY,
    "health.get_metrics": ANYBODY,
}
"""The roles that may ask for each route. A route that is not here fails the test."""

JOBS: Final = {
    "plan.make": _OPERATOR,
    "plan.adopt": "",
    "audit.keep": "",
    "job.forget": "",
    "service.forget": "",
}
"""The roles for which a job of each kind is made; the service's own are nobody's."""
