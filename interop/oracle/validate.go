package main

import (
	"encoding/json"
	"time"

	"github.com/superfly/macaroon"
	"github.com/superfly/macaroon/flyio"
)

// accessAt is an access at a given time, in place of the clock's.
type accessAt struct {
	*flyio.Access
	at time.Time
}

// Now hides the method of the access.
func (a accessAt) Now() time.Time { return a.at }

// validate tells whether the caveats of Packed allow the access of Text.
func validate(q *question) (answer, error) {
	set, err := macaroon.DecodeCaveats(q.Packed)
	if err != nil {
		return answer{}, err
	}
	access := accessAt{&flyio.Access{}, time.Unix(q.Now, 0)}
	if err := json.Unmarshal([]byte(q.Text), access.Access); err != nil {
		return answer{}, err
	}
	return answer{}, set.Validate(access)
}
