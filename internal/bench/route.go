package main

type route struct{}

// Run measures.
func (*route) Run() error { return nil }

type scale struct{}

// Run measures.
func (*scale) Run() error { return nil }
