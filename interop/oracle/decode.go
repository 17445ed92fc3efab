package main

import (
	"encoding/json"
	"time"

	"github.com/superfly/macaroon"
)

// decoded is Go's whole reading of one macaroon.
type decoded struct {
	Location string `json:"location"`
	KID      []byte `json:"kid"`
	Rnd      []byte `json:"rnd"`
	// NonceFields is 2 for a nonce of version 0 and 3 for one of version 1.
	NonceFields int    `json:"nonceFields"`
	Proof       bool   `json:"proof"`
	UUID        string `json:"uuid"`
	Tail        []byte `json:"tail"`
	// JSON is the JSON form of its caveats, as text because its numbers exceed JavaScript's; empty if they have none.
	JSON string `json:"json"`
	// Packed is the set of caveats as Go encodes it, Token the whole.
	Packed []byte `json:"packed"`
	Token  []byte `json:"token"`
	// NotAfter is when it ends, in Unix seconds; null for never, or later than JavaScript's dates.
	NotAfter *int64 `json:"notAfter"`
}

func decode(q *question) (answer, error) {
	if err := checkClaims(q.Token); err != nil {
		return answer{}, err
	}
	m, err := macaroon.Decode(q.Token)
	if err != nil {
		return answer{}, err
	}
	packed, err := m.UnsafeCaveats.MarshalMsgpack()
	if err != nil {
		return answer{}, err
	}
	token, err := m.Encode()
	if err != nil {
		return answer{}, err
	}
	return answer{Decoded: &decoded{
		Location:    m.Location,
		KID:         m.Nonce.KID,
		Rnd:         m.Nonce.Rnd,
		NonceFields: int(m.Nonce.MustEncode()[0] & 0x0f),
		Proof:       m.Nonce.Proof,
		UUID:        m.Nonce.UUID().String(),
		Tail:        m.Tail,
		JSON:        jsonForm(&m.UnsafeCaveats),
		Packed:      packed,
		Token:       token,
		NotAfter:    notAfter(m),
	}}, nil
}

// jsonForm returns the JSON form of a set, empty if it has an unregistered caveat.
func jsonForm(set *macaroon.CaveatSet) string {
	text, err := json.Marshal(set)
	if err != nil {
		return ""
	}
	return string(text)
}

// The span that JavaScript has dates for: an end beyond it counts as none, one before it as its start. Compared as Go compares
// times, since the number of seconds itself survives an overflow.
var firstDate, lastDate = time.Unix(-8_640_000_000_000, 0), time.Unix(8_640_000_000_000, 0)

func notAfter(m *macaroon.Macaroon) *int64 {
	end := m.Expiration()
	if end.After(lastDate) {
		return nil
	}
	if end.Before(firstDate) {
		end = firstDate
	}
	seconds := end.Unix()
	return &seconds
}

// pack returns the msgpack of caveats in their JSON form.
func pack(q *question) (answer, error) {
	set := macaroon.NewCaveatSet()
	if err := json.Unmarshal([]byte(q.Text), set); err != nil {
		return answer{}, err
	}
	packed, err := set.MarshalMsgpack()
	return answer{Packed: packed}, err
}
