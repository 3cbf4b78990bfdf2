"""How many random cases each property is tried with: enough for `make test`, and many more for `make nightly`."""

from hypothesis import HealthCheck, settings

# No deadline and no complaint about slow cases: the machine may be busy with something else.
settings.register_profile("quick", max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("nightly", settings.get_profile("quick"), max_examples=2_500)
NO_CHECK = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


def load(*, nightly: bool) -> None:
    """Choose a profile. Call it before any test module is imported: decorators read the profile then."""
    settings.load_profile("nightly" if nightly else "quick")


def is_nightly() -> bool:
    """Whether this is `make nightly`, which also runs slow checks that rarely find anything."""
    return settings.get_current_profile_name() == "nightly"


def costly() -> settings:
    """A tenth of the cases, for a property whose cases are slow.

    Its cases share one database, so a case finds what earlier cases stored.
    """
    return settings(max_examples=settings().max_examples // 10, suppress_health_check=NO_CHECK)


def repetitions() -> int:
    """How often to repeat a random check that is not a property: 50 times, and 1,250 times for `make nightly`.

    As for `costly`, read it while a module is imported.
    """
    return settings().max_examples // 2
