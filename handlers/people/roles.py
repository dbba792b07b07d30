"""The roles (roller) that somebody can have in a committee."""

from enum import StrEnum


class Role(StrEnum):
    """Roles in a committee. The Norwegian word is what the partnership file says."""

    LEADER = "leder"
    CHAIR = "møteleder"
    SECRETARIAT = "sekretariat"
    MINUTE_TAKER = "referent"
    COORDINATOR = "koordinator"
    AU_MEMBER = "au-medlem"
    MEMBER = "medlem"
    SUBSTITUTE = "stedfortreder"
    OBSERVER = "observatør"
    GUEST = "gjest"
    GP_REPRESENTATIVE = "fastlegerepresentant"
    PATIENT_REPRESENTATIVE = "brukerrepresentant"
    CONTACT = "kontaktperson"
