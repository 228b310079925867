"""POST: how a letter leaves the house. Each channel is one file and one line in ``registry``; none knows a database."""
