// Command oracle answers questions about macaroons with Fly's own Go code: one JSON object a line on stdin, one answer a line
// on stdout, in the same order. It ends when stdin does.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

func main() {
	in := json.NewDecoder(bufio.NewReaderSize(os.Stdin, 1<<20))
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	answers := json.NewEncoder(out)
	for {
		var q question
		if err := in.Decode(&q); err == io.EOF {
			break
		} else if err != nil {
			fmt.Fprintln(os.Stderr, "oracle: not a question:", err)
			os.Exit(2)
		}
		if err := answers.Encode(ask(&q)); err != nil {
			fmt.Fprintln(os.Stderr, "oracle: can't answer:", err)
			os.Exit(2)
		}
		// A client that waits for an answer before its next question gets it; the answers to many questions go together.
		if !more(in) {
			out.Flush()
		}
	}
	out.Flush()
}

// more tells whether the buffer holds another question.
func more(in *json.Decoder) bool {
	rest, _ := io.ReadAll(io.LimitReader(in.Buffered(), 2))
	return len(rest) > 1
}
