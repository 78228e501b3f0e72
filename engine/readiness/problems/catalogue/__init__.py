"""Every message about a document, by its stable code.

One place to proof-read them; a test proves that each has a broken document that causes it.
"""

from collections.abc import Mapping

from readiness.problems.catalogue.collecting import COLLECTING
from readiness.problems.catalogue.conditions import CONDITIONS
from readiness.problems.catalogue.documents import DOCUMENTS
from readiness.problems.catalogue.findings import FINDINGS
from readiness.problems.catalogue.loading import LOADING
from readiness.problems.catalogue.model import MODEL
from readiness.problems.catalogue.portfolio import PORTFOLIO

MESSAGES: Mapping[str, str] = {
    **DOCUMENTS,
    **MODEL,
    **CONDITIONS,
    **LOADING,
    **COLLECTING,
    **FINDINGS,
    **PORTFOLIO,
}
