"""Our providers against other people's fault-injecting servers. Opt in with `make test-fault-servers`."""
