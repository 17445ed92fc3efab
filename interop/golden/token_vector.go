package main

import (
	"encoding/json"
	"time"

	"github.com/superfly/macaroon"
)

// tokenVector is one token and Go's reading of it.
type tokenVector struct {
	Name     string `json:"name"`
	Token    string `json:"token"`
	Location string `json:"location"`
	KID      []byte `json:"kid"`
	// NonceFields is 2 for a nonce of version 0 and 3 for one of version 1.
	NonceFields int    `json:"nonceFields"`
	Proof       bool   `json:"proof"`
	UUID        string `json:"uuid"`
	// Packed is the set of caveats as Go encodes it.
	Packed []byte `json:"packed"`
	// Caveats is the set's JSON form, as text because its numbers exceed JavaScript's; empty if it has an unregistered
	// type, which has no such form.
	Caveats string `json:"caveats"`
	// NotAfter is when the token ends, in Unix seconds; null for never.
	NotAfter *int64 `json:"notAfter"`
	// Refused says why the token doesn't verify by itself under the permission key; empty if it does.
	Refused string `json:"refused"`
}

func describeToken(name string, m *macaroon.Macaroon, key macaroon.SigningKey) tokenVector {
	v := tokenVector{Name: name, Token: sure(m.String())}
	v.Location = m.Location
	v.KID = m.Nonce.KID
	v.NonceFields = int(m.Nonce.MustEncode()[0] & 0x0f)
	v.Proof = m.Nonce.Proof
	v.UUID = m.Nonce.UUID().String()
	v.Packed = sure(m.UnsafeCaveats.MarshalMsgpack())
	v.Caveats = jsonForm(&m.UnsafeCaveats)
	v.NotAfter = notAfter(m)
	if _, err := m.Verify(key, nil, nil); err != nil {
		v.Refused = err.Error()
	}
	return v
}

// jsonForm returns the JSON form of a set, empty if it has an unregistered caveat.
func jsonForm(set *macaroon.CaveatSet) string {
	text, err := json.Marshal(set)
	if err != nil {
		return ""
	}
	return string(text)
}

func notAfter(m *macaroon.Macaroon) *int64 {
	never := time.Unix(1<<63-62135596801, 999999999)
	end := m.Expiration()
	if !end.Before(never) {
		return nil
	}
	seconds := end.Unix()
	return &seconds
}
