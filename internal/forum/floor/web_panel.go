package floor

import (
	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// sessionPanel is what a session's page shows of its record.
type sessionPanel struct {
	Transcripts, Recordings []web.Tab
	Note                    string
}

// SessionPanel shows, on a session's page, its transcripts and recordings. Two queries.
func (w *Web) SessionPanel(c *web.C, session core.ID) (string, any, error) {
	list, err := transcriptsOf(c.Context(), w.s.rec.DB.Read, session)
	if err != nil {
		return "", nil, err
	}
	recordings, err := recordingsOf(c.Context(), w.s.rec.DB.Read, session)
	if err != nil || len(list)+len(recordings[session]) == 0 {
		return "", nil, err
	}
	found, err := w.s.programme.SessionsByID(c.Context(), c.Actor, []core.ID{session})
	if err != nil || found[session] == nil {
		return "", nil, err
	}
	ses := found[session]
	v := sessionPanel{Note: c.T("floor.note")}
	for i := range list {
		t := &list[i]
		if Can(c.Actor, ses, t, "see") {
			v.Transcripts = append(v.Transcripts, web.Tab{Label: c.T("floor.panel.transcript", "Language", w.langName(c, t.Language)), URL: c.URL(pathOf(ses, t, ""))})
		}
	}
	for _, r := range placed(ses, recordings[session]) {
		label := c.Text(r.Label).S
		if label == "" {
			label = c.T("floor.recording")
		}
		v.Recordings = append(v.Recordings, web.Tab{Label: label, URL: r.Address(millis(r.ZeroAt))})
	}
	if len(v.Transcripts)+len(v.Recordings) == 0 {
		return "", nil, nil
	}
	return "floor/panel", v, nil
}
