"""Settings: every value is checked before anything starts, and a refusal names the setting."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from safekeeping.settings import SETTINGS, BadSetting, Settings, read_settings

ROOT = Path("/srv/heard")

BAD = [
    ("PORT", "0"),
    ("PORT", "65536"),
    ("PORT", "８０００"),
    ("PORT", "eighty"),
    ("PORT", "9" * 5000),
    ("HEARD_DATABASE", "heard.sqlite"),
    ("HEARD_DATABASE", "mysql://localhost/heard"),
    ("HEARD_DATABASE", "postgresql://localhost/heard"),
    ("HEARD_DRAFTS", ""),
    ("HEARD_ADDRESS", "http://views.example.org"),
    ("HEARD_ADDRESS", "views.example.org"),
    ("HEARD_ADDRESS", "https://[::1"),
    ("HEARD_EXIT", "javascript:alert(1)"),
    ("HEARD_HELPLINE", "  "),
    ("HEARD_HOST", ""),
    ("HEARD_ORGANISATION", "\t"),
    ("HEARD_INSTANCE", "~nobody-of-this-name/heard"),
    ("HEARD_INSTANCE", "/" + "long" * 1000),
    ("HEARD_KEYS", "/dev/null"),
    ("HEARD_BUSIEST", "many"),
    ("HEARD_BUSIEST", "5"),
    ("HEARD_CONNECTIONS", "2"),
    ("HEARD_CONNECTIONS", "ten"),
    ("HEARD_PROCESSES", "0"),
    ("HEARD_PROCESSES", "65"),
    ("HEARD_PROCESSES", "two"),
]


def settings(**environment: str) -> Settings:
    return read_settings(environment, ROOT)


def test_without_an_environment_everything_lies_in_the_instance_folder() -> None:
    plain = settings()
    assert plain.instance == ROOT / "instance"
    assert plain.keys == ROOT / "instance/keys"
    assert plain.database == "sqlite:////srv/heard/instance/heard.sqlite"
    assert plain.drafts == "sqlite:////srv/heard/instance/drafts.sqlite"
    assert plain.public_address == "http://127.0.0.1:8000"


def test_paths_follow_the_instance_folder() -> None:
    moved = settings(HEARD_INSTANCE="/var/lib/heard")
    assert moved.keys == Path("/var/lib/heard/keys")
    assert "/var/lib/heard/" in moved.database


def test_the_public_address_follows_the_port() -> None:
    assert settings(PORT="8123").public_address == "http://127.0.0.1:8123"


def test_drafts_follow_a_postgresql_database() -> None:
    address = "postgresql+psycopg://heard:secret@localhost/heard"
    assert settings(HEARD_DATABASE=address).drafts == address


def test_drafts_can_be_elsewhere() -> None:
    assert settings(HEARD_DRAFTS="sqlite:////run/drafts.sqlite").drafts == "sqlite:////run/drafts.sqlite"


def test_addresses_lose_their_trailing_slash() -> None:
    assert settings(HEARD_ADDRESS="https://views.example.org/").public_address == "https://views.example.org"


@pytest.mark.parametrize(
    ("address", "encrypted"), [("https://views.example.org", True), ("http://localhost:8000", False)]
)
def test_encryption_follows_from_the_public_address(address: str, encrypted: bool) -> None:
    assert settings(HEARD_ADDRESS=address).over_https is encrypted


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_is_refused_with_its_name(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"^{name} is set to “"):
        settings(**{name: value})


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "keys").touch()
    with pytest.raises(BadSetting, match="is a file; give a folder"):
        settings(HEARD_KEYS=str(tmp_path / "keys"))


@example(name="HEARD_ADDRESS", value="http://\u2100")
@given(name=st.sampled_from([setting.name for setting in SETTINGS]), value=st.text())
def test_any_text_gives_settings_or_a_refusal_that_names_it(name: str, value: str) -> None:
    try:
        settings(**{name: value})
    except BadSetting as refusal:
        said = str(refusal)
    else:
        said = f"{name} is set to something good"
    assert said.startswith(f"{name} is set to")


#: What is there only for who has one.
OFF = ("model_address", "model_name", "model_key")


def test_every_setting_says_what_it_is_for() -> None:
    assert all(setting.says and (setting.default or setting.field in OFF) for setting in SETTINGS)


@pytest.mark.parametrize(
    "address",
    ["models.example.org", "ftp://10.0.0.1", "http://me:secret@10.0.0.1/v1", "http://10.0.0.1:port", "http://x?a=b"],
)
def test_an_address_of_a_model_that_cannot_be_one_is_refused_without_showing_its_password(
    tmp_path: Path, address: str
) -> None:
    with pytest.raises(BadSetting, match="HEARD_MODEL_ADDRESS") as refused:
        read_settings({"HEARD_INSTANCE": str(tmp_path), "HEARD_MODEL_ADDRESS": address}, ROOT)
    assert "secret" not in str(refused.value)


def test_helplines_are_names_and_numbers(tmp_path: Path) -> None:
    given = {"HEARD_INSTANCE": str(tmp_path), "HEARD_HELPLINES": " Example Line : 0808 157 0000;Other: 01632 960000; "}
    assert read_settings(given, ROOT).helplines == (("Example Line", "0808 157 0000"), ("Other", "01632 960000"))
    assert len(read_settings({"HEARD_INSTANCE": str(tmp_path)}, ROOT).helplines) == 4


@pytest.mark.parametrize(
    "said", ["", ";", "Example Line", "Example Line: ", ": 0808 157 0000", "Line: call us", "A: 1; B"]
)
def test_a_helpline_without_a_name_or_number_is_refused(tmp_path: Path, said: str) -> None:
    with pytest.raises(BadSetting, match="HEARD_HELPLINES"):
        read_settings({"HEARD_INSTANCE": str(tmp_path), "HEARD_HELPLINES": said}, ROOT)
