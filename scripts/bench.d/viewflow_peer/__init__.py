"""The eight states as a flow of viewflow, an application of Django: it must be a package to be one."""
