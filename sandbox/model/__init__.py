"""An offline model behind OpenAI's interface: it knows nothing, but streams and fails like the real one."""
