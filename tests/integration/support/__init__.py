"""What the integration tests share: a server of their own, and a second client written from the protocol alone."""
