"""What can go wrong in a tool. The model reads the message, and tells the person in its own words."""


class ToolFailed(Exception):
    """The message is one English sentence for the model: what is wrong, and what to do instead."""


class WrongArguments(ToolFailed):
    """What the model gave is not what the tool takes."""
