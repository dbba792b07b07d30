"""What is found in a plan: each rule, with what to do, and with a day that is better where one is obvious."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from handlers.meetings.plan_settings import By, Fewest, PlanSettings, Turns
from handlers.people.roles import Role
from handlers.planning.checks.check import check
from handlers.planning.checks.facts import Seat, Sitting
from handlers.planning.checks.finding import Finding, Rule, Severity
from handlers.planning.checks.turns import turn_on
from tests.planning.bodies import (
    AU_BEFORE_SSU,
    HOSPITAL,
    LEADER,
    MEMBER,
    NORTH,
    OTHER,
    SOUTH,
    VESTFOLD,
    body,
    facts,
    found,
    plan_of_2024,
    sitting,
)


def only(findings: Sequence[Finding], rule: Rule) -> Finding:
    (one,) = [each for each in findings if each.rule is rule]
    return one


def rules(findings: Sequence[Finding]) -> set[Rule]:
    return {each.rule for each in findings}


def test_the_real_plan_of_2024_is_clean_but_for_a_deadline_on_ascension_day() -> None:
    (deadline,) = check(facts(*plan_of_2024()))
    assert (deadline.severity, deadline.rule) == (Severity.TELLS, Rule.DEADLINE)
    assert deadline.text == (
        "Fristen for å melde saker til SSU torsdag 23. mai 2024 faller på Kristi himmelfartsdag (9. mai 2024), og er "
        "flyttet til virkedagen før: onsdag 8. mai 2024."
    )


def test_ssu_in_the_winter_holiday_is_found_and_the_week_after_suggested() -> None:
    findings = check(facts(*plan_of_2024(ssu_in_february=22)))
    school = only(findings, Rule.SCHOOL_HOLIDAY)
    assert school.severity is Severity.ASKS
    assert school.text == (
        "SSU torsdag 22. februar 2024 er i vinterferien i Vestfold (19. feb. 2024–23. feb. 2024). Torsdag 29. februar "
        "2024 er ledig."
    )
    assert school.better == date(2024, 2, 29)
    assert rules(findings) == {Rule.SCHOOL_HOLIDAY, Rule.DEADLINE}


def test_a_day_is_not_suggested_where_something_else_stands_against_it() -> None:
    shared = (Seat(7, "Eksempel Delt", Role.MEMBER),)
    ssu, fsu = body(3, "ssu", seats=shared), body(1, "fsu", seats=shared)
    in_the_holiday = sitting(ssu, date(2024, 2, 22))
    # The week after somebody is taken; the week before the holiday is free.
    findings = found(in_the_holiday, sitting(fsu, date(2024, 2, 29)))
    assert only(findings, Rule.SCHOOL_HOLIDAY).better == date(2024, 2, 15)


def test_public_holidays_go_by_name() -> None:
    findings = found(sitting(body(1, "fsu"), date(2024, 5, 9)))
    assert only(findings, Rule.PUBLIC_HOLIDAY).text == (
        "FSU torsdag 9. mai 2024 er på Kristi himmelfartsdag. Torsdag 16. mai 2024 er ledig."
    )
    monday = found(sitting(body(1, "fsu"), date(2024, 4, 1)))
    assert only(monday, Rule.PUBLIC_HOLIDAY).text.startswith("FSU mandag 1. april 2024 er på andre påskedag.")


def test_days_that_most_are_off_by_custom_are_asked_about() -> None:
    fsu = body(1, "fsu")
    eve = only(found(sitting(fsu, date(2026, 12, 24))), Rule.CUSTOMARY)
    # A week later it is New Year's Eve.
    assert (eve.severity, eve.text) == (
        Severity.ASKS,
        "FSU torsdag 24. desember 2026 er på julaften, da de fleste har fri. Torsdag 17. desember 2026 er ledig.",
    )
    assert "er i romjula, da" in only(found(sitting(fsu, date(2026, 12, 29))), Rule.CUSTOMARY).text
    assert "er i dagene før påske, da" in only(found(sitting(fsu, date(2027, 3, 23))), Rule.CUSTOMARY).text
    # A holiday by law goes before it, and it goes before a weekend, near which working days are looked for.
    assert Rule.CUSTOMARY not in rules(found(sitting(fsu, date(2026, 12, 25))))
    assert Rule.WEEKEND not in rules(found(sitting(fsu, date(2028, 12, 24))))
    in_a_weekend = only(found(sitting(fsu, date(2026, 5, 17))), Rule.PUBLIC_HOLIDAY)
    assert in_a_weekend.better == date(2026, 5, 18)
    late = only(found(sitting(fsu, date(2027, 1, 7))), Rule.DEADLINE)
    assert late.text == (
        "Fristen for å melde saker til FSU torsdag 7. januar 2027 er på julaften, da de fleste har fri: "
        "torsdag 24. desember 2026."
    )


def test_a_weekend_and_a_weekday_that_does_not_fit() -> None:
    fsu = body(1, "fsu")
    weekend = only(found(sitting(fsu, date(2025, 3, 23))), Rule.WEEKEND)
    assert weekend.text == "FSU søndag 23. mars 2025 er i en helg. Mandag 24. mars 2025 er ledig."
    assert weekend.better == date(2025, 3, 24)
    misfit = only(found(sitting(fsu, date(2024, 2, 29), weekday=1)), Rule.WEEKDAY)
    assert misfit.text == (
        "FSU: det står tirsdag, men 29. februar 2024 er en torsdag. Skal det være tirsdag 27. februar 2024?"
    )
    assert misfit.better == date(2024, 2, 27)
    assert Rule.WEEKDAY not in rules(found(sitting(fsu, date(2024, 2, 29), weekday=3)))


def test_what_is_not_in_the_list_of_school_holidays_is_said() -> None:
    unknown_year = only(found(sitting(body(1, "fsu"), date(2031, 2, 20))), Rule.SCHOOL_UNKNOWN)
    assert unknown_year.severity is Severity.TELLS
    assert unknown_year.text.startswith("Skoleferiene i Vestfold for 2030/2031 står ikke i listen, så 1 av møtene")
    nowhere = body(1, "fsu", plan=PlanSettings(counties=("Langtvekkistan",)))
    text = only(found(sitting(nowhere, date(2024, 1, 25))), Rule.SCHOOL_UNKNOWN).text
    assert text.startswith("Skoleferiene i «Langtvekkistan» er ikke sjekket: fylket står ikke i listen. Den har Agder,")
    silent = found(
        sitting(body(1, "fsu", plan=PlanSettings()), date(2024, 1, 25)),
        sitting(body(2, "pm", plan=PlanSettings()), date(2024, 5, 30)),
    )
    assert only(silent, Rule.SCHOOL_UNKNOWN).text == (
        "Skoleferier er ikke sjekket for FSU, PM: før opp fylket i partnerskapsfilen."
    )


def _au_and_ssu(au_day: date, **more: Any) -> Sequence[Finding]:
    au, ssu = body(2, "au", plan=AU_BEFORE_SSU), body(3, "ssu")
    return found(sitting(au, au_day, "14.00–16.00"), sitting(ssu, date(2024, 9, 26), "13.00–15.30"), **more)


def test_au_too_near_or_too_far_from_its_ssu() -> None:
    near = only(_au_and_ssu(date(2024, 9, 19)), Rule.PREPARES)
    assert near.text == (
        "AU torsdag 19. september 2024 er 7 dager før SSU torsdag 26. september 2024. Det skal være 10–21 dager. "
        "Torsdag 12. september 2024 passer."
    )
    assert near.better == date(2024, 9, 12)
    far = only(_au_and_ssu(date(2024, 8, 29)), Rule.PREPARES)
    assert far.better == date(2024, 9, 5)
    for day in (16, 5):
        assert Rule.PREPARES not in rules(_au_and_ssu(date(2024, 9, day)))


def test_an_ssu_without_au_and_an_au_without_ssu() -> None:
    au, ssu = body(2, "au", plan=AU_BEFORE_SSU), body(3, "ssu")
    alone = only(found(sitting(ssu, date(2024, 9, 26)), also=[au]), Rule.PREPARES)
    assert alone.text == (
        "SSU torsdag 26. september 2024 har ikke noe møte i AU før seg. AU skal møtes 10–21 dager før."
    )
    late = only(found(sitting(au, date(2024, 11, 14)), also=[ssu]), Rule.PREPARES)
    assert (late.severity, late.text) == (
        Severity.TELLS,
        "AU torsdag 14. november 2024 har ikke noe møte i SSU etter seg i planen.",
    )


def test_two_meetings_at_once_name_who_is_in_both() -> None:
    shared = tuple(Seat(7 + place, f"Eksempel Delt {place}", Role.MEMBER) for place in range(6))
    guest = Seat(99, "Eksempel Gjest", Role.GUEST)
    fsu, forum = body(1, "fsu", seats=(*shared, guest)), body(5, "forum", seats=(shared[0], guest))
    day = date(2024, 9, 5)
    at_once = only(found(sitting(fsu, day), sitting(forum, day, "15.00–16.00")), Rule.AT_ONCE)
    assert at_once.text == (
        "FSU og FORUM møtes samtidig torsdag 5. september 2024. Eksempel Delt 0 er med i begge. FSU kan flyttes til "
        "torsdag 12. september 2024."
    )
    after = found(sitting(fsu, day), sitting(forum, day, "15.30–16.00"))
    assert Rule.AT_ONCE not in rules(after)
    many = body(6, "mange", seats=shared)
    text = only(found(sitting(fsu, day), sitting(many, day)), Rule.AT_ONCE).text
    assert "Eksempel Delt 0, Eksempel Delt 1, Eksempel Delt 2, Eksempel Delt 3 og 2 til" in text


def test_with_what_is_stored_it_is_the_planned_one_that_is_to_move() -> None:
    shared = (Seat(7, "Eksempel Delt", Role.MEMBER),)
    fsu, forum = body(1, "fsu", seats=shared), body(5, "forum", seats=shared)
    day = date(2024, 9, 5)
    stored = sitting(forum, day, own=False, ref="m1")
    assert only(found(stored, sitting(fsu, day)), Rule.AT_ONCE).refs == ("fsu 2024-09-05", "m1")
    assert found(stored) == []


def test_the_same_committee_twice_on_a_day() -> None:
    fsu = body(1, "fsu")
    twice = found(sitting(fsu, date(2024, 9, 5)), sitting(fsu, date(2024, 9, 5), "08.00–09.00", ref="b"))
    assert only(twice, Rule.TWICE).text.startswith("FSU har to møter torsdag 5. september 2024.")
    assert Rule.AT_ONCE not in rules(twice)


def test_what_is_missing() -> None:
    fsu = body(1, "fsu", seats=(Seat(1, "Eksempel Medlem", Role.MEMBER),))
    days = [date(2024, 1, 25), date(2024, 5, 2)]
    findings = found(
        sitting(fsu, days[0], place=""),
        Sitting("x", fsu, days[1], None, None, place=""),
    )
    assert findings[0].severity is Severity.STOPS
    assert only(findings, Rule.TIME).text == (
        "FSU mangler klokkeslett: 2. mai 2024. Skriv når møtene begynner og slutter."
    )
    assert only(findings, Rule.PLACE).text == (
        "FSU: stedet mangler for alle møtene. De som reiser langt, trenger det tidlig."
    )
    assert only(findings, Rule.CHAIR).text.startswith("FSU: møteleder er ikke satt for 25. jan. 2024, 2. mai 2024.")
    some = found(sitting(fsu, days[0]), sitting(fsu, days[1], place=""))
    assert only(some, Rule.PLACE).text.startswith("FSU: stedet mangler for 2. mai 2024.")


def test_a_chair_who_is_not_in_the_committee() -> None:
    fsu = body(1, "fsu", seats=(Seat(LEADER, "Eksempel Leder", Role.LEADER, until=date(2024, 6, 30)),))
    findings = found(sitting(fsu, date(2024, 9, 5), chair_id=LEADER))
    assert only(findings, Rule.CHAIR).text == (
        "Eksempel Leder skal lede FSU torsdag 5. september 2024, men er ikke med i utvalget da. Velg en annen."
    )


def test_fewer_meetings_than_the_rule() -> None:
    plan = PlanSettings(counties=VESTFOLD, fewest=(Fewest(at_least=4), Fewest(at_least=2, since=date(2025, 1, 1))))
    fsu = body(1, "fsu", plan=plan)
    one = found(sitting(fsu, date(2024, 1, 25)))
    assert only(one, Rule.FEWEST).text == "FSU har 1 møte i 2024. Utvalget skal ha minst 4."
    # The extraordinary one does not count; what is stored does.
    stored = sitting(fsu, date(2024, 2, 15), own=False, ref="m")
    extra = sitting(fsu, date(2024, 3, 14), extraordinary=True, ref="e")
    assert only(found(sitting(fsu, date(2024, 1, 25)), stored, extra), Rule.FEWEST).text.startswith("FSU har 2 møter")
    later = found(sitting(fsu, date(2025, 1, 23)), sitting(fsu, date(2025, 5, 8)))
    assert Rule.FEWEST not in rules(later)


SIDES = ("hospital", "municipality")


def test_the_venue_alternates_from_meeting_to_meeting() -> None:
    fsu = body(1, "fsu", plan=PlanSettings(counties=VESTFOLD, host=(Turns(sides=SIDES),)))
    days = (date(2024, 1, 25), date(2024, 5, 2), date(2024, 9, 5))
    right = [sitting(fsu, day, host_id=host) for day, host in zip(days, (HOSPITAL, NORTH, HOSPITAL), strict=True)]
    assert Rule.HOST_TURN not in rules(found(*right))
    wrong = [sitting(fsu, day, host_id=host) for day, host in zip(days, (HOSPITAL, NORTH, SOUTH), strict=True)]
    assert only(found(*wrong), Rule.HOST_TURN).text == (
        "FSU torsdag 5. september 2024 er lagt til kommunene, men etter 2. mai 2024 er det sykehuset sin tur til å ha "
        "vertskapet."
    )
    unsaid = [*right[:2], sitting(fsu, days[2])]
    assert only(found(*unsaid), Rule.HOST_TURN).severity is Severity.TELLS


def test_chairs_change_sides_by_years_within_terms() -> None:
    rule = Turns(since=date(2023, 1, 1), by=By.YEARS, sides=SIDES, years=2, term=4)
    whose = [turn_on(rule, date(year, 6, 1)) for year in range(2023, 2029)]
    assert [turn.side if turn else None for turn in whose] == [
        "hospital", "hospital", "municipality", "municipality", "hospital", "hospital",
    ]  # fmt: skip
    assert turn_on(rule, date(2022, 12, 31)) is None
    # Three parties in terms of four years: the last turn of a term is cut.
    three = Turns(since=date(2022, 1, 1), by=By.YEARS, sides=("a", "b", "c"), years=3, term=4)
    assert [turn.side for year in range(2022, 2027) if (turn := turn_on(three, date(year, 6, 1)))] == list("aaabc")
    fsu = body(1, "fsu", plan=PlanSettings(counties=VESTFOLD, chair=(rule,)), seats=(
        Seat(MEMBER, "Eksempel Medlem", Role.LEADER), Seat(LEADER, "Eksempel Leder", Role.MEMBER),
        Seat(OTHER, "Eksempel Annen", Role.MEMBER),
    ))  # fmt: skip
    led = only(found(sitting(fsu, date(2024, 1, 25))), Rule.CHAIR_TURN)
    assert led.text == (
        "FSU torsdag 25. januar 2024 ledes fra kommunene. Fra 1. jan. 2023 til 31. des. 2024 er det sykehuset som har "
        "møteleder."
    )
    assert Rule.CHAIR_TURN not in rules(found(sitting(fsu, date(2024, 1, 25), chair_id=LEADER)))
    assert Rule.CHAIR_TURN not in rules(found(sitting(fsu, date(2025, 1, 23), chair_id=OTHER)))


def test_terms_that_end_before_a_meeting() -> None:
    seats = (
        Seat(1, "Eksempel Leder", Role.LEADER),
        Seat(2, "Eksempel Slutter", Role.MEMBER, until=date(2024, 6, 30)),
        Seat(3, "Eksempel Fortsetter", Role.MEMBER, until=date(2024, 6, 30)),
        Seat(3, "Eksempel Fortsetter", Role.SECRETARIAT),
        Seat(4, "Eksempel Sluttet", Role.MEMBER, until=date(2020, 6, 30)),
    )
    fsu = body(1, "fsu", seats=seats)
    days = (date(2024, 1, 25), date(2024, 9, 5), date(2024, 11, 7))
    findings = found(*[sitting(fsu, day) for day in days])
    assert only(findings, Rule.TERM).text == (
        "Eksempel Slutter sin periode i FSU går ut 30. juni 2024, før 2 av møtene (det første 5. sep. 2024)."
    )


def test_a_plan_without_meetings_has_nothing_to_look_at() -> None:
    assert found() == []
