"""Generates a client from the contract with openapi-python-client, posts a month with it and reads the summary.

usage: generated_python.py BASE FILE    FILE: {"token", "contract"}
"""

import json
import pathlib
import subprocess
import sys
import tempfile

base, file = sys.argv[1:]
given = json.loads(pathlib.Path(file).read_text())
directory = pathlib.Path(tempfile.mkdtemp())
contract = directory / "openapi.json"
contract.write_text(given["contract"])
generated = subprocess.run(
    ["openapi-python-client", "generate", "--path", contract, "--output-path", directory / "client", "--meta", "none"],
    capture_output=True,
    text=True,
)
assert generated.returncode == 0, generated.stdout + generated.stderr
sys.path.insert(0, str(directory))

from client import AuthenticatedClient  # noqa: E402
from client.api.ledger import put_outcome  # noqa: E402
from client.api.reports import get_operating_summary  # noqa: E402
from client.models import (  # noqa: E402
    GetOperatingSummaryAmountUnit as Unit,
    GetOperatingSummaryBy as By,
    OperatingSummary,
    PostingInput,
    Receipt,
)

client = AuthenticatedClient(base_url=f"{base}/utfall/v1", token=given["token"])
month = PostingInput.from_dict({
    "basis": "accumulated", "amountUnit": "kr", "signConvention": "debit-positive",
    "entries": [{"account": "4551", "unit": "3102", "activity": "HVBU", "amount": 65251000}],
})
receipt = put_outcome.sync("0580", "2018-08", "ledger", client=client, body=month)
assert isinstance(receipt, Receipt), receipt
summary = get_operating_summary.sync(
    "0580", client=client, committee="SN", period="2018-08", by=By.ACTIVITY, amount_unit=Unit.TKR
)
assert isinstance(summary, OperatingSummary), summary
outcome = summary.total.values.outcome
print(f"outcome {outcome:.0f} tkr, posted as revision {receipt.revision}")
