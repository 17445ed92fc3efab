package main

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/superfly/macaroon/flyio"
	"github.com/superfly/macaroon/tp"
)

// discharge lets Fly's own client fetch the discharges of a bundle, wherever its third parties are: {"token":"…"} to
// {"token":"…","error":"…"}. The person at a user URL agrees at once.
func discharge(w http.ResponseWriter, r *http.Request) {
	var it struct {
		Token string `json:"token"`
	}
	if err := json.NewDecoder(r.Body).Decode(&it); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	client := flyio.DischargeClient(
		tp.WithUserURLCallback(agree),
		tp.WithPollingBackoff(func(time.Duration) time.Duration { return time.Millisecond }),
	)
	token, err := client.FetchDischargeTokens(r.Context(), it.Token)
	out := map[string]string{"token": token, "error": ""}
	if err != nil {
		out["error"] = err.Error()
	}
	answer(w, http.StatusOK, out)
}

func agree(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}
