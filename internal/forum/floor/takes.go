package floor

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/{edition}/{session}/transcript/import", ID: "import-transcript", Says: "Bring a transcript in", In: ImportInput{}, File: "file"},
	{Path: "/{edition}/{session}/transcript/speakers", ID: "set-transcript-speakers", Says: "Say who the speakers of a transcript are", In: speakersIn{}},
	{Path: "/{edition}/{session}/transcript/settings", ID: "set-transcript", Says: "Change what is known of a transcript", In: SettingsInput{}},
	{Path: "/{edition}/{session}/transcript/segments/{id}/edit", ID: "correct-segment", Says: "Correct a segment of a transcript", In: CorrectInput{}},
	{Path: "/{edition}/{session}/transcript/state", ID: "set-transcript-state", Says: "Publish a transcript, or withhold it", In: web.Words{"version", "to"}},
	{Path: "/{edition}/{session}/recordings/edit", ID: "set-recordings", Says: "Set the recordings of a session", In: RecordingsInput{}},
	{Path: "/{edition}/{session}/recordings/file", ID: "keep-recording", Says: "Keep the file of a recording", File: "file", Makes: true},
}
