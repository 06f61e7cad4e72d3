"""Tools: plain typed functions that the model may call, and servers that bring more of them."""
