// Package testkit holds what tests of several packages share: the real parts a test runs against, each stopped
// when the test ends. It is for tests only; the linter keeps it out of the product.
package testkit
