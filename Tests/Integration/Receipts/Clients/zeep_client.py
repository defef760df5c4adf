"""Sends one receipt by each binding of the WSDL, twice. usage: zeep_client.py WSDL NAME SECRET"""
import datetime, sys
import requests, urllib3, zeep
from zeep.transports import Transport

urllib3.disable_warnings()
wsdl, name, secret = sys.argv[1:]
session = requests.Session()
session.verify = False
session.trust_env = False
session.auth = (name, secret)
client = zeep.Client(wsdl, transport=Transport(session=session))
for port in ("AccountingSoap11", "AccountingSoap12"):
    service = client.bind("AccountingService", port)
    receipt = {
        "bootId": "zeep", "jobId": port, "service": "copy", "endedAt": datetime.datetime.now(datetime.timezone.utc),
        "identity": [{"kind": "login", "value": "anna"}],
        "pages": [{"color": "monochrome", "sides": "two-sided", "media": "iso_a4_210x297mm", "impressions": 3, "sheets": 2}],
    }
    for _ in range(2):
        answer = service.SendReceipts(sentAt=datetime.datetime.now(datetime.timezone.utc), receipt=[receipt])
        print(port, answer.result[0].key, answer.result[0].outcome)
    beat = service.Heartbeat(panel="locked")
    print(port, "heartbeat", beat.serverTime is not None)
    receipt["pages"][0]["impressions"] = -1
    try:
        service.SendReceipts(receipt=[receipt])
        print(port, "taken")
    except zeep.exceptions.Fault as fault:
        print(port, "fault", fault.code)
