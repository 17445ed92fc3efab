package main

import (
	"crypto/rand"
	seeded "math/rand/v2"
)

// seedRandomness makes every key, nonce and ticket the same on each run. The macaroon package reads its randomness through
// crypto/rand.Read, which uses the Reader that is set there.
func seedRandomness() {
	var seed [32]byte
	copy(seed[:], "golden vectors, not secret")
	rand.Reader = seeded.NewChaCha8(seed)
}
