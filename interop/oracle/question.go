package main

import (
	"fmt"
)

// question is one question; Op decides which fields count. Bytes are standard base64.
type question struct {
	Op string `json:"op"`
	// Token is a macaroon's msgpack.
	Token []byte `json:"token"`
	// Packed is the msgpack of a set of caveats.
	Packed []byte `json:"packed"`
	// Text is the JSON form of a set of caveats, or of an access.
	Text   string `json:"text"`
	Header string `json:"header"`

	Key        []byte              `json:"key"`
	Discharges [][]byte            `json:"discharges"`
	Trusted    map[string][][]byte `json:"trusted"`

	// Now is the time of the access, in Unix seconds.
	Now int64 `json:"now"`

	// Location, KID, ThirdParties, Ticket and Parent are for minting.
	Location     string       `json:"location"`
	KID          []byte       `json:"kid"`
	ThirdParties []thirdParty `json:"thirdParties"`
	Ticket       []byte       `json:"ticket"`
	Parent       []byte       `json:"parent"`
}

// answer is the result of a question; a refusal has the field Error alone.
type answer struct {
	Error string `json:"error,omitempty"`
	// Panic is set when Go's code did not refuse but broke.
	Panic bool `json:"panic,omitempty"`

	Decoded *decoded `json:"decoded,omitempty"`
	Token   []byte   `json:"token,omitempty"`
	Packed  []byte   `json:"packed,omitempty"`
	Missing []ticket `json:"missing,omitempty"`
}

var operations = map[string]func(*question) (answer, error){
	"decode":    decode,
	"pack":      pack,
	"attenuate": attenuate,
	"missing":   missing,
	"verify":    verify,
	"validate":  validate,
	"mint":      mint,
	"discharge": discharge,
}

func ask(q *question) (a answer) {
	defer func() {
		if broken := recover(); broken != nil {
			a = answer{Error: fmt.Sprint("panic: ", broken), Panic: true}
		}
	}()
	operation, ok := operations[q.Op]
	if !ok {
		panic("no operation is called " + q.Op)
	}
	a, err := operation(q)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return a
}
