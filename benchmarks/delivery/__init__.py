"""Whether every event arrives: receivers that go away, and a watch that is killed meanwhile."""
