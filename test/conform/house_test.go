package conform

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"testing"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/test/site"
)

// caller is a program that calls the API.
type caller struct {
	t     testing.TB
	base  string
	token string
	head  http.Header
}

// answer is what came back.
type answer struct {
	status int
	head   http.Header
	body   []byte
}

func (a answer) into(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatalf("%v in %.300s", err, a.body)
	}
}

// detail is what a problem document says, of the whole and of its fields.
func (a answer) detail() string {
	var p struct {
		Detail string
		Errors []struct{ Location, Message string }
	}
	_ = json.Unmarshal(a.body, &p) // what is no problem says nothing
	out := p.Detail
	for _, e := range p.Errors {
		out += " [" + e.Location + ": " + e.Message + "]"
	}
	return out
}

func (c caller) with(name, value string) caller {
	c.head = c.head.Clone()
	if c.head == nil {
		c.head = http.Header{}
	}
	c.head.Set(name, value)
	return c
}

func (c caller) get(path string) answer { c.t.Helper(); return c.send(http.MethodGet, path, nil, "") }

func (c caller) post(path string, v any) answer {
	c.t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.send(http.MethodPost, path, b, "application/json")
}

func (c caller) send(method, path string, body []byte, kind string) answer {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if c.head != nil {
		req.Header = c.head.Clone()
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, b}
}

// is holds a status.
func (a answer) is(t testing.TB, status int) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d: %.500s", a.status, status, a.body)
	}
	return a
}

// account is the account of a role of the demo.
func account(t testing.TB, s *site.Site, role string) authn.Account {
	t.Helper()
	list, err := s.Authn.Accounts(t.Context(), core.Page{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list.Items, func(a authn.Account) bool { return a.DemoRole == role })
	if i < 0 {
		t.Fatalf("nobody is %s", role)
	}
	return list.Items[i]
}

// actor is somebody who has just shown who she is.
func actor(a authn.Account) core.Actor {
	out := a.Actor()
	out.Proved = core.At(core.Machine())
	return out
}

// as calls with a new token of a role of the demo.
func as(t testing.TB, s *site.Site, role string, scopes ...string) caller {
	t.Helper()
	token, err := s.Authn.MakeToken(t.Context(), actor(account(t, s, role)), authn.AccessInput{Name: "test", Scopes: scopes, Days: 7})
	if err != nil {
		t.Fatal(err)
	}
	return caller{t: t, base: s.URL, token: token}
}

func nobody(t testing.TB, s *site.Site) caller { return caller{t: t, base: s.URL} }
