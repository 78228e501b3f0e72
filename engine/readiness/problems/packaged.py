"""Files that are part of the package, also where it is imported from a ZIP archive."""

from pkgutil import get_data


def packaged(package: str, name: str) -> bytes:
    """Return the content of a file in the folder of a package; raises `OSError` without it."""
    data = get_data(package, name)
    if data is None:
        raise FileNotFoundError(name)
    return data
