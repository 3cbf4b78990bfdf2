"""What a program printed, without the lines of the audit log."""


def without_audit(printed: tuple[int, str, str]) -> tuple[int, str, str]:
    status, out, err = printed
    return status, out, "".join(line for line in err.splitlines(keepends=True) if "insight.audit" not in line)
