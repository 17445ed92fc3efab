package main

import (
	"math"
	"math/big"

	"github.com/superfly/macaroon"
	"github.com/superfly/macaroon/auth"
)

// attestations has the caveats that only a discharge may hold.
func attestations() []named {
	google := func(text string) macaroon.Caveat { return (*auth.GoogleUserID)(bigNumber(text)) }
	return []named{
		one("FlyioUserID", ptr(auth.FlyioUserID(math.MaxUint64))),
		one("GitHubUserID", ptr(auth.GitHubUserID(1))),
		one("GoogleUserID of none", google("0")),
		one("GoogleUserID of 64 bits", google("18446744073709551615")),
		one("GoogleUserID of more than 64 bits", google("36893488147419103232")),
	}
}

func bigNumber(text string) *big.Int {
	n, ok := new(big.Int).SetString(text, 10)
	if !ok {
		panic("not a number: " + text)
	}
	return n
}
