"""What publishing says when it cannot go on."""


class PublishError(Exception):
    """Something the caller can put right; the message is one line with the value and the remedy."""


class LessonFailed(PublishError):
    """A notebook raised while it was executed; nothing half-made is published."""
