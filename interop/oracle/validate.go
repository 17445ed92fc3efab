package main

import (
	"encoding/json"
	"time"

	"github.com/superfly/macaroon"
	"github.com/superfly/macaroon/flyio"
)

// accessAt is an access at a time that is told rather than asked of the clock.
type accessAt struct {
	*flyio.Access
	at time.Time
}

// Now hides that of the access.
func (a accessAt) Now() time.Time { return a.at }

// validate says whether the caveats of Packed allow the access of Text.
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
