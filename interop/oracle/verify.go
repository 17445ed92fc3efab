package main

import "github.com/superfly/macaroon"

// verify returns the caveats that an access must satisfy, those of the discharges included.
func verify(q *question) (answer, error) {
	m, err := macaroon.Decode(q.Token)
	if err != nil {
		return answer{}, err
	}
	trusted := map[string][]macaroon.EncryptionKey{}
	for location, keys := range q.Trusted {
		for _, key := range keys {
			trusted[location] = append(trusted[location], macaroon.EncryptionKey(key))
		}
	}
	set, err := m.Verify(macaroon.SigningKey(q.Key), q.Discharges, trusted)
	if err != nil {
		return answer{}, err
	}
	packed, err := set.MarshalMsgpack()
	return answer{Packed: packed}, err
}
