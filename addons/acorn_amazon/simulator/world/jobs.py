"""Work that Amazon does later: reports that are made, feeds that are read."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from ..clock import iso, parse

WAITING, RUNNING, DONE = "IN_QUEUE", "IN_PROGRESS", "DONE"
CANCELLED, FATAL = "CANCELLED", "FATAL"
STATUSES = (CANCELLED, DONE, FATAL, RUNNING, WAITING)
TIMES = ("created", "started", "ended")


@dataclass
class Job:
    kind: str  # report, feed
    account: str
    type: str
    marketplaces: list[str]  # ids
    created: datetime
    details: dict = field(default_factory=dict)
    id: str = ""
    status: str = WAITING
    started: datetime | None = None
    ended: datetime | None = None
    document: str = ""  # number of the one that came of it

    def show(self):
        """The fields that reports and feeds have in common, as Amazon names them."""
        times = {
            "createdTime": self.created,
            "processingStartTime": self.started,
            "processingEndTime": self.ended,
        }
        return {
            f"{self.kind}Id": self.id,
            f"{self.kind}Type": self.type,
            "marketplaceIds": self.marketplaces,
            "processingStatus": self.status,
        } | {name: iso(moment) for name, moment in times.items() if moment}

    def dump(self):
        times = {name: getattr(self, name) for name in TIMES}
        return asdict(self) | {n: moment and iso(moment) for n, moment in times.items()}


class Jobs:
    """All jobs; ``makers`` do the work: {kind: function(world, job, when)}.

    A maker sets the job's status and may leave a document.
    """

    def __init__(self, makers):
        self._jobs = {}
        self._makers = makers

    def get(self, account, kind, job_id):
        job = self._jobs.get(job_id)
        return job if job and (job.account, job.kind) == (account, kind) else None

    def of(self, account, kind):
        """Newest first."""
        found = [
            job
            for job in reversed(self._jobs.values())
            if (job.account, job.kind) == (account, kind)
        ]
        return sorted(found, key=lambda job: job.created, reverse=True)

    def add(self, job):
        job.id = f"{50_000 + 17 * len(self._jobs)}{job.created:%d%H%M}"
        self._jobs[job.id] = job
        return job

    def start(self, world, job):
        """Queue a new job."""
        self.add(job)
        options = world.options
        begins = job.created + timedelta(seconds=options.queue_seconds)
        ends = begins + timedelta(seconds=options.work_seconds)
        world.agenda.add(begins, "begin_job", job.id)
        world.agenda.add(ends, "end_job", job.id)
        return job

    def begin(self, world, when, job_id):
        job = self._jobs[job_id]
        if job.status == WAITING:
            job.status, job.started = RUNNING, when

    def end(self, world, when, job_id):
        job = self._jobs[job_id]
        if job.status == RUNNING:
            job.ended = when
            job.status = world.options.job_fate
            if job.status == DONE:
                self._makers[job.kind](world, job, when)

    def dump(self):
        return [job.dump() for job in self._jobs.values()]

    def load(self, data):
        for values in data:
            times = {name: values[name] and parse(values[name]) for name in TIMES}
            job = Job(**values | times)
            self._jobs[job.id] = job
