package main

import "github.com/superfly/macaroon"

// attenuate adds the caveats of Packed to Token.
func attenuate(q *question) (answer, error) {
	m, err := macaroon.Decode(q.Token)
	if err != nil {
		return answer{}, err
	}
	set, err := macaroon.DecodeCaveats(q.Packed)
	if err != nil {
		return answer{}, err
	}
	if err := m.Add(set.Caveats...); err != nil {
		return answer{}, err
	}
	token, err := m.Encode()
	return answer{Token: token}, err
}
