package schedule

func readICalendar(data []byte, opt Options) (*Schedule, []Finding, error) {
	return nil, nil, ErrUnknown
}
