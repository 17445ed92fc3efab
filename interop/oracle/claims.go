package main

import (
	"bytes"
	"errors"

	"github.com/vmihailenco/msgpack/v5"
	"github.com/vmihailenco/msgpack/v5/msgpcode"
)

var errOverclaimed = errors.New("an array claims more elements than there are bytes")

// checkClaims refuses an array that claims more elements than bytes follow it. Fly's code makes room for all claimed
// caveats before it reads the first: at gigabytes Go ends the process, which nothing can recover. It could only refuse such
// a token anyway, since every element has a byte at least. It looks for no other fault of a token.
func checkClaims(token []byte) error {
	rest := bytes.NewReader(token)
	if err := checkNext(msgpack.NewDecoder(rest), rest); errors.Is(err, errOverclaimed) {
		return err
	}
	return nil
}

func checkNext(dec *msgpack.Decoder, rest *bytes.Reader) error {
	code, err := dec.PeekCode()
	if err != nil {
		return err
	}
	var values int
	switch {
	case msgpcode.IsFixedArray(code), code == msgpcode.Array16, code == msgpcode.Array32:
		values, err = dec.DecodeArrayLen()
		if values > rest.Len() {
			return errOverclaimed
		}
	case msgpcode.IsFixedMap(code), code == msgpcode.Map16, code == msgpcode.Map32:
		values, err = dec.DecodeMapLen()
		values *= 2
	default:
		return dec.Skip()
	}
	for i := 0; i < values && err == nil; i++ {
		err = checkNext(dec, rest)
	}
	return err
}
