package web

import (
	"net/http"
	"strings"
)

// callsOf is written, the operations that were written for programs, but for addresses of
// which a page says more than they do: /people/new is no person.
func (s *Server) callsOf(written *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path, ok := strings.CutPrefix(r.URL.Path, apiBase); ok {
			_, operation := written.Handler(r)
			_, page := s.root.Handler(withPath(r, path))
			_, key, _ := strings.Cut(page, " ")
			if t := s.takes[key]; t != nil && t.As == "" && saysMore(apiBase+key, operation) {
				s.callPages(w, r)
				return
			}
		}
		written.ServeHTTP(w, r)
	})
}

// saysMore tells whether an address has a word where a pattern has room for any.
func saysMore(address, pattern string) bool {
	_, path, ok := strings.Cut(pattern, " ")
	have, want := strings.Split(address, "/"), strings.Split(path, "/")
	if !ok || len(have) != len(want) {
		return false
	}
	for i := range have {
		if have[i] != want[i] && !strings.HasPrefix(have[i], "{") {
			return strings.HasPrefix(want[i], "{")
		}
	}
	return false
}
