package main

import "github.com/superfly/macaroon"

// attenuate adds the caveats of Packed to Token.
func attenuate(q *question) (answer, error) {
	m, err := macaroon.Decode(q.Token)
	if err != nil {
		return answer{}, err
	}
	if err := addPacked(m, q.Packed); err != nil {
		return answer{}, err
	}
	token, err := m.Encode()
	return answer{Token: token}, err
}

func addPacked(m *macaroon.Macaroon, packed []byte) error {
	set, err := macaroon.DecodeCaveats(packed)
	if err != nil {
		return err
	}
	return m.Add(set.Caveats...)
}
