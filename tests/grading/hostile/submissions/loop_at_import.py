"""Never ends being imported.

Refused: of processor time and was stopped
"""

while True:
    pass
