// Command thirdparty serves third parties made of Fly's own tp package, one for each way in which a ticket can be answered, and
// also the issuer of the tokens that they discharge and a Machines API that uses Fly's own verification.
//
// It listens on a free port of 127.0.0.1, prints {"url":"http://127.0.0.1:…"} and ends when its stdin does.
package main

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	origin := "http://" + listener.Addr().String()
	go func() { must(http.Serve(listener, routes(origin))) }()
	must(json.NewEncoder(os.Stdout).Encode(map[string]string{"url": origin}))
	_, err = io.Copy(io.Discard, os.Stdin)
	must(err)
}

func routes(origin string) http.Handler {
	mux := http.NewServeMux()
	iss := newIssuer()
	for name, flow := range flows {
		p := newParty(origin, name, flow)
		iss.parties[name] = p
		mux.Handle(p.path+"/", p)
	}
	mux.HandleFunc("POST /mint", iss.mint)
	mux.HandleFunc("POST /verify", iss.verify)
	mux.HandleFunc("POST /discharge", discharge)
	mux.HandleFunc("POST /authorize", authorize)
	mux.HandleFunc("GET /v1/apps/{app}/machines", iss.machines)
	return mux
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
