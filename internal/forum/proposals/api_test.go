package proposals_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/testkit"
)

// ask asks the JSON API as somebody and reads the answer into out.
func (h *house) ask(a core.Actor, method, path string, in, out any) int {
	h.t.Helper()
	body, err := json.Marshal(in)
	h.ok(err)
	req := httptest.NewRequest(method, h.URL+"/api/v1"+path, bytes.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	login := httptest.NewRecorder()
	if a.SignedIn() {
		h.ok(h.Authn.StartSession(h.t.Context(), login, a.Account))
		for _, c := range login.Result().Cookies() {
			req.AddCookie(c)
		}
	}
	req.RequestURI = ""
	res, err := http.DefaultClient.Do(req)
	h.ok(err)
	defer res.Body.Close()
	if out != nil && res.StatusCode < 300 {
		h.ok(json.NewDecoder(res.Body).Decode(out))
	}
	return res.StatusCode
}

// What the forms do, programs do as well: begin, save, hand in, screen, withdraw, with the
// same rights and refusals.
func TestAPIOfProposers(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		var p struct {
			ID      core.ID `json:"id"`
			State   string  `json:"state"`
			Version int64   `json:"version"`
		}
		begin := "/calls/" + h.call.Ref + "/proposals"
		if code := h.ask(core.Visitor, http.MethodPost, begin, proposals.BeginInput{Lang: "en"}, nil); code != http.StatusUnauthorized {
			t.Errorf("a visitor begins: %d", code)
		}
		if code := h.ask(h.ana, http.MethodPost, begin, proposals.BeginInput{Lang: "en"}, &p); code >= 300 || p.State != proposals.StateDraft {
			t.Fatalf("begin: %d %+v", code, p)
		}
		one := "/proposals/" + string(p.ID)
		save := proposals.SaveInput{Version: p.Version, Lang: "en", Answers: h.full("Masts that villages own"), Submit: true}
		for _, x := range []struct {
			who  core.Actor
			want int
		}{{core.Visitor, http.StatusNotFound}, {h.ben, http.StatusNotFound}, {h.ana, http.StatusOK}, {h.ana, http.StatusConflict}} {
			if code := h.ask(x.who, http.MethodPut, one, save, &p); code != x.want {
				t.Errorf("save: %d, want %d", code, x.want)
			}
		}
		if p.State != proposals.StateSubmitted {
			t.Errorf("it is %s", p.State)
		}
		twice := h.full("Masts that villages own")
		key := h.key(calls.MeansSpeaker)
		for i := range twice[key].People { // keys are the program's own affair
			twice[key].People[i].Key = []string{"", "same", "same"}[i%3]
		}
		if code := h.ask(h.ana, http.MethodPut, one, proposals.SaveInput{Version: p.Version, Lang: "en", Answers: twice}, &p); code != http.StatusOK {
			t.Errorf("without keys: %d", code)
		}
		if code := h.ask(h.ana, http.MethodPut, one, map[string]any{"version": p.Version, "lang": "en", "answers": nil, "submit": false, "ask": false}, nil); code != http.StatusUnprocessableEntity {
			t.Errorf("answers null: %d", code)
		}
		bad := proposals.SaveInput{Version: p.Version, Lang: "en"}
		if code := h.ask(h.ana, http.MethodPut, one, bad, nil); code != http.StatusUnprocessableEntity {
			t.Errorf("without answers: %d", code)
		}
		screen := "/calls/" + h.call.Ref + "/screening"
		var rows core.List[proposals.ScreenedRow]
		if code := h.ask(h.ana, http.MethodGet, screen, nil, nil); code != http.StatusForbidden && code != http.StatusNotFound {
			t.Errorf("she screens: %d", code)
		}
		if code := h.ask(h.staff, http.MethodGet, screen, nil, &rows); code != http.StatusOK || rows.Total != 1 || len(rows.Items[0].Findings) == 0 {
			t.Errorf("screening: %d %+v", code, rows)
		}
		if code := h.ask(h.staff, http.MethodPost, one+"/screening", proposals.ScreenInput{Version: p.Version, To: "accepted"}, nil); code != http.StatusUnprocessableEntity {
			t.Errorf("screened to accepted: %d", code)
		}
		if code := h.ask(h.staff, http.MethodPost, one+"/screening", proposals.ScreenInput{Version: p.Version, To: proposals.StateReturned, Note: "Say who moderates."}, &p); code != http.StatusOK || p.State != proposals.StateReturned {
			t.Errorf("returned: %d %s", code, p.State)
		}
		if code := h.ask(h.ana, http.MethodPost, one+"/withdrawal", proposals.VersionInput{Version: p.Version}, &p); code != http.StatusOK || p.State != proposals.StateWithdrawn {
			t.Errorf("withdrawn: %d %s", code, p.State)
		}
		var mine core.List[proposals.Proposal]
		if code := h.ask(h.ana, http.MethodGet, "/me/proposals?q=villages", nil, &mine); code != http.StatusOK || mine.Total != 1 {
			t.Errorf("mine: %d %+v", code, mine)
		}
		if code := h.ask(h.ana, http.MethodDelete, one, nil, nil); code == http.StatusNoContent {
			t.Error("what was handed in is thrown away")
		}
	})
}
