package calls_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"plenary/internal/forum/calls"
)

// ask sends JSON to the API.
func (h *house) ask(as, method, path string, body, into any) int {
	h.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		h.t.Fatal(err)
	}
	r := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(string(b)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-As", as)
	w := httptest.NewRecorder()
	h.h.ServeHTTP(w, r)
	if into != nil && w.Code < 300 {
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
			h.t.Fatalf("%s %s: %v in %s", method, path, err, w.Body)
		}
	}
	if w.Code >= 500 {
		h.t.Errorf("%s %s: %d %s %v", method, path, w.Code, w.Body, h.errors)
	}
	return w.Code
}

// Who runs a call does by the API what she does on its pages, and nobody else does.
func TestCallsAreRunByTheAPI(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		in := h.input(func(in *calls.Input) { in.Published = false })
		for _, as := range []string{"", "stranger", "member"} {
			if code := h.ask(as, http.MethodPost, "/calls", in, nil); code != http.StatusUnauthorized && code != http.StatusForbidden {
				t.Errorf("%q makes a call: %d", as, code)
			}
		}
		bad := in
		bad.Zone = "Nowhere/Land"
		if code := h.ask("staff", http.MethodPost, "/calls", bad, nil); code != http.StatusUnprocessableEntity {
			t.Errorf("a wrong zone: %d", code)
		}
		var c calls.InputCallView
		if code := h.ask("staff", http.MethodPost, "/calls", in, &c); code >= 300 || c.State != calls.StateDraft || c.Ref == "" {
			t.Fatalf("make: %d %+v", code, c)
		}
		path := "/calls/" + c.Ref
		var f calls.StoredForm
		if code := h.ask("staff", http.MethodGet, path+"/form/draft", nil, &f); code != http.StatusOK || len(f.Form.Sections) == 0 {
			t.Fatalf("read the draft: %d", code)
		}
		f.Form.Sections[0].Title = en("A heading of the API")
		save := map[string]any{"version": f.Version, "form": f.Form}
		if code := h.ask("stranger", http.MethodPut, path+"/form/draft", save, nil); code != http.StatusNotFound {
			t.Errorf("a stranger saves the form of a draft: %d", code)
		}
		if code := h.ask("staff", http.MethodPut, path+"/form/draft", save, &f); code != http.StatusOK || f.Form.Sections[0].Title.String() != "A heading of the API" {
			t.Fatalf("save the form: %d", code)
		}
		if code := h.ask("staff", http.MethodPut, path+"/form/draft", save, nil); code != http.StatusConflict {
			t.Errorf("an old version: %d", code)
		}
		in.Version, in.Published = c.Version, true
		if code := h.ask("staff", http.MethodPut, path, in, &c); code != http.StatusOK || c.State != calls.StateOpen && c.State != calls.StateComing || c.FormVersion != 1 {
			t.Fatalf("announce: %d %+v", code, c)
		}
		if code := h.ask("staff", http.MethodPut, path+"/rules", calls.RulesInput{Version: c.Version, Rules: []calls.RuleRow{{Code: calls.RuleComplete, Severity: calls.Blocks}}}, &c); code != http.StatusOK || len(c.Rules) != 1 {
			t.Errorf("rules: %d %+v", code, c.Rules)
		}
		if code := h.ask("stranger", http.MethodGet, path+"/form/draft", nil, nil); code != http.StatusNotFound {
			t.Errorf("a stranger reads the draft of the form: %d", code)
		}
		if code := h.ask("staff", http.MethodPost, path+"/form", map[string]any{"version": f.Version}, &c); code != http.StatusOK || c.FormVersion != 2 {
			t.Errorf("publish the form: %d %+v", code, c)
		}
		// What is read can be written back, and nothing of it is lost; it is not for everybody.
		var was, is calls.Input
		if code := h.ask("stranger", http.MethodGet, path+"/settings", nil, nil); code != http.StatusForbidden {
			t.Errorf("a stranger reads the settings: %d", code)
		}
		if code := h.ask("staff", http.MethodGet, path+"/settings", nil, &was); code != http.StatusOK {
			t.Fatalf("settings: %d", code)
		}
		was.Audience, was.Invited, was.Alike = calls.ByMail, "ana@example.org", true
		if code := h.ask("staff", http.MethodPut, path, was, &c); code != http.StatusOK {
			t.Fatalf("change: %d", code)
		}
		if code := h.ask("staff", http.MethodGet, path+"/settings", nil, &is); code != http.StatusOK || is.Invited != was.Invited || !is.Alike {
			t.Errorf("settings: %d %+v", code, is)
		}
		if code := h.ask("staff", http.MethodPut, path, is, &c); code != http.StatusOK {
			t.Errorf("written back: %d", code)
		}
		if code := h.ask("stranger", http.MethodPost, path+"/cancellation", calls.CancelInput{Version: c.Version, Reason: "No."}, nil); code != http.StatusForbidden {
			t.Errorf("a stranger cancels: %d", code)
		}
		if code := h.ask("staff", http.MethodPost, path+"/cancellation", calls.CancelInput{Version: c.Version, Reason: "The venue is lost."}, &c); code != http.StatusOK || c.State != calls.StateCancelled {
			t.Errorf("cancel: %d %+v", code, c)
		}
	})
}

// Lists are tables too, which tell what the lists tell and no more.
func TestListsOfCallsAsTables(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		h.add(func(in *calls.Input) { in.Title = en("=1+1") })
		h.add(func(in *calls.Input) { in.Title, in.Published = en("Zebra workshops"), false })
		for path, want := range map[string]string{"/calls.csv": "'=1+1", "/2023/input.csv": "'=1+1", "/2023/cycle.csv": "date,until"} {
			code, body := h.get("", path)
			if code != http.StatusOK || !strings.Contains(body, want) || strings.Contains(body, "Zebra") {
				t.Errorf("%s: %d %s", path, code, body)
			}
			if code, body := h.get("", strings.Replace(path, ".csv", ".xlsx", 1)); code != http.StatusOK || !strings.HasPrefix(body, "PK") {
				t.Errorf("%s as a workbook: %d", path, code)
			}
		}
		if _, body := h.get("staff", "/2023/input.csv"); !strings.Contains(body, "Zebra") {
			t.Error("the staff miss their draft")
		}
	})
}
