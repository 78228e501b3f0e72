"""Messages of the document stage: reading YAML and checking it against its schema."""

DOCUMENTS = {
    "file-not-found": "there is no such file",
    "file-unreadable": "cannot read this file: {reason}",
    "not-utf8": "this is not UTF-8 text: byte 0x{byte:02x}",
    "too-large": "the document is larger than {limit} MiB",
    "too-deep": "values are nested more than {limit} deep",
    "yaml-syntax": "{detail}",
    "empty-document": "the document is empty",
    "second-document": "a second document starts here; one file holds one document",
    "duplicate-key": "the key '{key}' is given twice",
    "key-not-text": "a key must be text",
    "tag": "the tag {tag} is not allowed",
    "alias": "the alias *{name} is not allowed",
    "number-too-large": "the number {text} is too large to be kept exactly",
    "number-not-finite": "{text} is not a number that can be compared",
}
