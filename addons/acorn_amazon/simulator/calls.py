"""What comes in: an operation is called, with an account behind it or none."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from .answers import invalid
from .clock import iso

SECRETS = {"client_secret", "refresh_token"}


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str
    handler: object  # function of the call that returns an Answer
    model: str = ""  # Amazon's file; '' for what is not part of the Selling Partner API


@dataclass
class Call:
    world: object = field(repr=False)
    route: Operation = field(repr=False)
    arguments: dict  # from the path
    query: object  # werkzeug's MultiDict
    form: dict
    data: bytes
    token: str
    base: str  # where this server is, for addresses that are given out
    connection: object = field(repr=False)
    content_type: str = ""
    region: str = ""  # of the endpoint, where the path names one
    account: object = None
    client_id: str = ""
    time: datetime | None = None
    status: int = 0
    fault: str = ""

    @classmethod
    def of(cls, world, route, arguments, region, request):
        return cls(
            world=world,
            route=route,
            arguments=arguments,
            query=request.args,
            form=request.form.to_dict(),
            data=request.get_data(),
            token=request.headers.get("x-amz-access-token", ""),
            base=request.host_url,
            connection=request.environ.get("werkzeug.socket"),
            content_type=request.headers.get("Content-Type", ""),
            region=region,
        )

    @property
    def operation(self):
        return self.route.name

    def json(self):
        """The body, which has to be JSON."""
        try:
            return json.loads(self.data)
        except ValueError as error:
            raise invalid("The request has no JSON body", str(error)) from error

    @property
    def body(self):
        """The body for those who look at the calls later; None when it is no JSON."""
        try:
            return json.loads(self.data)
        except ValueError:
            return None

    @property
    def params(self):
        """What was asked for in path, query and form, but no secrets."""
        asked = {name: ",".join(texts) for name, texts in self.query.lists()}
        form = {name: text for name, text in self.form.items() if name not in SECRETS}
        return {**self.arguments, **asked, **form}

    def show(self):
        return {
            "operation": self.operation,
            "account": self.account.key if self.account else "",
            "params": self.params,
            "status": self.status,
            "time": iso(self.time),
            "fault": self.fault,
        }
