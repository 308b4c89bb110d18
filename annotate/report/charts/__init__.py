"""The charts: functions of findings alone, for the browser and for paper."""
