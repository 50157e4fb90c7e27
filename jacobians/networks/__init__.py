"""Networks: functions that build a Graph of existing layers. Nothing here has a formula of its own."""
