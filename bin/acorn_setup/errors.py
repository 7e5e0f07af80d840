class SetupError(Exception):
    """Something the person at the keyboard can mend: what happened, what to do."""

    def __init__(self, what: str, todo: str):
        super().__init__(what)
        self.what = what
        self.todo = todo

    def __str__(self):
        return f"What happened: {self.what}\nWhat to do:    {self.todo}"
